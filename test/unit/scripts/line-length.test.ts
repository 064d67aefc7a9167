/** Lines of code and prose have at most 120 columns. */
import { describe, expect, it } from '@jest/globals';
import { longLines } from '../../../scripts/line-length.ts';

const line = (length: number) => 'é'.repeat(length);

describe('the length of a line', () => {
  it('is at most 120 characters in code', () => {
    expect(longLines('a.ts', `${line(120)}\n${line(121)}`)).toEqual(['a.ts:2: 121 columns']);
    expect(longLines('Makefile', line(121))).toEqual(['Makefile:1: 121 columns']);
  });

  it('is not limited where a URL takes it', () => {
    expect(longLines('a.sh', `# https://example.com/${line(110)}`)).toEqual([]);
    expect(longLines('a.sh', `# https://example.com/ ${line(110)}`)).toHaveLength(1);
  });

  it('is at most 120 characters in Markdown, except in code and tables', () => {
    expect(longLines('a.md', line(121))).toEqual(['a.md:1: 121 columns']);
    expect(longLines('a.md', `\`\`\`\n${line(121)}\n\`\`\`\n| ${line(121)} |\n<!-- ${line(121)} -->`)).toEqual([]);
  });
});
