/** The demo as a user starts it: a program with an exit code, which leaves nothing behind. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { expectNothingLeft, patience, startDemo } from './demo-run.ts';

/** Without what differs between two runs: numbers, ids, units and the month. */
const normalized = (line: string): string =>
  line
    .trim()
    .replace(/\[Latchkey [0-9a-f]{8}\]/, '[Latchkey]')
    .replace(/entry_\w+/, 'entry')
    .replace(/(, on \d+) \w+ \d+$/, '$1')
    .replace(/\d[\d.,:]*/g, '0')
    .replace(/\b0 (?:ms|s|min)(?: 0 s)?(?!\w)/g, '0 s')
    .replace(/[█─]+/g, '…')
    .replace(/ {2,}/g, '  ');

/** The lines of the README's excerpt. Commands of the AWS CLI are left out if the demo ran without it. */
function excerptOfReadme(output: string): string[] {
  const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');
  const excerpt = /^## What it looks like$.*?^```$(.*?)^```$/ms.exec(readme)?.[1] ?? '';
  const hasCli = output.includes('$ aws ');
  return excerpt.split('\n').filter((line) => line.trim() && line.trim() !== '…' && (hasCli || !/^ *\$/.test(line)));
}

/** All lines of the excerpt, in their order. */
function expectExcerpt(output: string): void {
  const lines = output.split('\n').map(normalized);
  const excerpt = excerptOfReadme(output);
  expect(excerpt.length).toBeGreaterThan(10);
  let at = 0;
  for (const line of excerpt) {
    const found = lines.indexOf(normalized(line), at);
    expect([line, found >= at]).toEqual([line, true]);
    at = found + 1;
  }
}

describe('the demo', () => {
  it(
    'shows the whole story, proves it, and leaves nothing behind',
    async () => {
      const run = startDemo({ args: ['--full'] });
      const code = await run.ended;
      const output = run.output();

      expect({ code, output }).toMatchObject({ code: 0 });
      expect(output).toContain('✓ All 100,000 keys and values are what they were');
      expect(output).toContain('DisabledException');
      expect(output).toContain('finds 0 of 100,000 values');
      expect(output).toMatch(/Mails to the admins +5 +5\n/);
      expect(output).toMatch(/Webhook: LockoutOpened .*\n +entry_\w+, its signature verified/);
      expect(output).toMatch(/Early warnings, withdrawals +2 +2\n/);
      expect(output).toMatch(/keys lost +0 of 100,000 +none +yes\n/);
      expect(output).toContain('✓ The signed report is verified offline');
      expect(output).toContain('[drill] a request to disable the key');
      expectExcerpt(output);
      expect(output).not.toContain('\u001b');
      expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);

      await expectNothingLeft(run);
    },
    patience,
  );

  it(
    'fails with code 1 and says what to do where there is no Redis',
    async () => {
      const run = startDemo({ environment: { PATH: '/nonexistent' } });

      expect(await run.ended).toBe(1);
      expect(run.output()).toMatch(/✗ The start\n.*redis-server/);

      await expectNothingLeft(run);
    },
    patience,
  );

  it(
    'refuses words that it does not know',
    async () => {
      const run = startDemo({ args: ['--fast'] });
      expect(await run.ended).toBe(1);
      expect(run.output()).toContain("Unknown option '--fast'");
    },
    patience,
  );
});
