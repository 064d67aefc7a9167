/** The plain-text part of a mail. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wrap } from '#lib/notifications/mail/text.ts';
import { renderMail } from '#lib/notifications/render.ts';
import { aNotice, facts } from './a-notice.ts';

describe('the text of a mail', () => {
  it.each(facts)('fits 72 columns in %s, save commands and ARNs', (fact) => {
    const long = renderMail(aNotice(fact))
      .text.split('\n')
      .filter((line) => line.length > 72);

    for (const line of long) expect(line).toMatch(/^ {4}aws kms |^Key: +arn:/);
  });

  it('wraps without losing or moving a word', () => {
    const word = fc.stringMatching(/^[a-z]{1,90}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const lines = wrap(words.join(' '), '1. ').split('\n');
        expect(lines.map((line) => line.slice(3)).join(' ')).toBe(words.join(' '));
        for (const line of lines) expect(line.length <= 72 || !line.slice(3).includes(' ')).toBe(true);
      }),
    );
  });
});
