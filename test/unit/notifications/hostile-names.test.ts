/** Names that users choose cannot inject HTML, text, headers or commands into mails. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shellWord } from '#lib/model/shell.ts';
import { renderMail } from '#lib/notifications/render.ts';
import { aNotice, facts } from './a-notice.ts';

const tags = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' style='x",
    '</td></table>',
    '&lt;b&gt;',
    '\r\nBcc: x@y.z',
    '\u202eevil',
  ),
);

const noticeOf = (
  fact: (typeof facts)[number],
  [name, plan, status, app, trouble, team, lockoutId]: readonly string[],
) =>
  aNotice(fact, {
    team: team ?? '',
    lockoutId: lockoutId ?? '',
    databases: [
      { name: name ?? '', plan: plan ?? '', status: status ?? '', apps: [app ?? ''], trouble: trouble ?? '' },
    ],
  });

describe('values that users choose', () => {
  it('are shown, not run', () => {
    const name = `<script>alert("1")</script>&'`;
    const { html } = renderMail(noticeOf('databases_stopped', [name]));

    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;');
  });

  it('leave the tags of the HTML exactly as they are for harmless names', () => {
    fc.assert(
      fc.property(fc.constantFrom(...facts), fc.array(hostile, { minLength: 7, maxLength: 7 }), (fact, values) => {
        const harmless = noticeOf(
          fact,
          Array.from({ length: 7 }, () => 'x'),
        );
        expect(tags(renderMail(noticeOf(fact, values)).html)).toEqual(tags(renderMail(harmless).html));
      }),
    );
  });

  it('forge no line of the text and no header', () => {
    fc.assert(
      fc.property(fc.constantFrom(...facts), hostile, (fact, value) => {
        const { subject, text } = renderMail(noticeOf(fact, [`a${value}\nDATABASES RESTORED\u2028b`]));
        expect(subject).toMatch(/^[\x20-\x7e]+$/);
        expect(text).not.toMatch(/^DATABASES RESTORED/m);
        expect(text).not.toMatch(/[\u2028\u202e\r]/);
      }),
    );
  });

  it('end up in a command as one word', () => {
    expect(shellWord('arn:aws:kms:us-east-1:111122223333:key/a-b')).toBe('arn:aws:kms:us-east-1:111122223333:key/a-b');
    expect(shellWord("x; rm -rf ~ 'y'")).toBe(`'x; rm -rf ~ '\\''y'\\'''`);
    expect(shellWord('')).toBe("''");
  });
});

describe('what a mail loads', () => {
  it.each(facts)('is nothing: no link, no image, no script in %s', (fact) => {
    expect(renderMail(aNotice(fact)).html).not.toMatch(/<(a|img|script|link|iframe|object)\b|https?:|url\(/i);
  });
});
