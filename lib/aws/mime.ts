/**
 * A mail as SES sends it unchanged (RFC 5322 and 2046). SES's own composition knows no header that says that the mail
 * is automatic, which keeps absence replies and mailing lists from answering it (RFC 3834, "Auto-Submitted").
 */
import { randomUUID } from 'node:crypto';
import type { Mail } from '#lib/model/notice.ts';

/** Exchange reads `X-Auto-Response-Suppress` instead. */
const automatic = ['Auto-Submitted: auto-generated', 'Precedence: bulk', 'X-Auto-Response-Suppress: All'];

interface Envelope {
  readonly from: string;
  readonly to: string;
}

export function mimeOf({ from, to }: Envelope, { subject, text, html }: Mail): Buffer {
  const boundary = `latchkey-${randomUUID()}`;
  const lines = [
    `From: ${oneLine(from)}`,
    `To: ${oneLine(to)}`,
    `Subject: ${encodedWords(oneLine(subject))}`,
    ...automatic,
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    ...part(boundary, 'plain', text),
    ...part(boundary, 'html', html),
    `--${boundary}--`,
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

/** A line break in an address would begin a header of its own. */
const oneLine = (value: string): string => value.replace(/[\r\n]+/g, ' ');

const part = (boundary: string, type: 'plain' | 'html', body: string): string[] => [
  `--${boundary}`,
  `Content-Type: text/${type}; charset=utf-8`,
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from(body)
    .toString('base64')
    .replace(/.{76}(?=.)/g, '$&\r\n'),
];

/** RFC 2047: an encoded word has 75 characters at most, and ends with a whole character. */
const encodedWords = (words: string): string =>
  chunksOf(words, 45)
    .map((chunk) => `=?UTF-8?B?${Buffer.from(chunk).toString('base64')}?=`)
    .join('\r\n ');

/** Pieces of at most so many bytes. */
function chunksOf(words: string, bytes: number): string[] {
  const chunks: string[] = [];
  let chunk = '';
  for (const character of words) {
    if (Buffer.byteLength(chunk + character) > bytes) {
      chunks.push(chunk);
      chunk = '';
    }
    chunk += character;
  }
  return [...chunks, chunk];
}
