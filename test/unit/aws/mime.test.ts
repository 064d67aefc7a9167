/** Mails as they are sent: a parser finds what was rendered, and headers that keep programs from answering. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mimeOf } from '#lib/aws/mime.ts';

const from = 'Latchkey <latchkey@example.com>';
const to = 'ann@example.com';

/** The headers by name, with folded lines joined, and the decoded bodies. */
function parsed(mail: Buffer) {
  const [head = '', ...rest] = mail.toString('utf8').split('\r\n\r\n');
  const headers = new Map(
    head
      .replaceAll(/\r\n /g, '')
      .split('\r\n')
      .map((line) => [line.split(': ')[0] ?? '', line.split(': ').slice(1).join(': ')]),
  );
  const words = (headers.get('Subject') ?? '').matchAll(/=\?UTF-8\?B\?([^?]*)\?=/g);
  const subject = [...words].map(([, word = '']) => Buffer.from(word, 'base64').toString('utf8')).join('');
  const bodies = rest.slice(1, 3).map((body) => Buffer.from(body.split('\r\n--')[0] ?? '', 'base64').toString('utf8'));
  return { headers, subject, bodies };
}

describe('a mail', () => {
  it('says that it is automatic, so that it gets no automatic replies', () => {
    const { headers } = parsed(mimeOf({ from, to }, { subject: 'A', text: 'B', html: 'C' }));
    expect(headers.get('Auto-Submitted')).toBe('auto-generated');
    expect(headers.get('Precedence')).toBe('bulk');
    expect([headers.get('From'), headers.get('To')]).toEqual([from, to]);
  });

  it('has the subject and both bodies unchanged, in lines that every server takes', () => {
    const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(words, words, words, (subject, text, html) => {
        const mail = mimeOf({ from, to }, { subject, text, html });
        const found = parsed(mail);
        expect(found.subject).toBe(subject.replaceAll(/[\r\n]+/g, ' '));
        expect(found.bodies).toEqual([text, html]);
        for (const line of mail.toString('utf8').split('\r\n')) expect(line.length).toBeLessThan(100);
      }),
    );
  });

  it.each([57, 114])('ends a body of %d bytes, whose last line is full, without a blank line', (bytes) => {
    const mail = mimeOf({ from, to }, { subject: 'A', text: 'b'.repeat(bytes), html: 'C' });

    expect(parsed(mail).bodies).toEqual(['b'.repeat(bytes), 'C']);
  });

  it('has no header that an address or a subject forges', () => {
    const { headers } = parsed(
      mimeOf(
        { from, to: 'a@example.com\r\nBcc: b@example.com' },
        { subject: 'A\r\nBcc: c@example.com', text: '', html: '' },
      ),
    );
    expect([...headers.keys()]).not.toContain('Bcc');
  });
});
