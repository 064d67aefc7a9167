/**
 * Renders a bundle as a page to read and print, which contains the bundle. Deterministic: the page is verified by
 * rendering its bundle again.
 */
import { html, type Markup } from '#lib/notifications/mail/markup.ts';
import type { Bundle, Statement } from '../statement.ts';
import { lockoutSection } from './lockout.ts';
import { sheet } from './style.ts';
import { code, facts, idOf, lines, listed, moment } from './tables.ts';

const opening = '<script type="application/json" id="bundle">';
const closing = '</script>';

/** The bundle's JSON, escaped for a script element. */
const embedded = (bundle: Bundle): string => JSON.stringify(bundle).replaceAll('<', '\\u003c');

/** The JSON in a page; null for other texts. */
export function bundleTextIn(page: string): string | null {
  const start = page.indexOf(opening);
  const end = page.indexOf(closing, start);
  return start < 0 || end < 0 ? null : page.slice(start + opening.length, end);
}

export function evidencePage(bundle: Bundle): string {
  const { statement, signature } = bundle;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evidence for ${statement.key.arn}</title>
<style>${{ markup: sheet }}</style>
</head>
<body>
<p class="brand">Latchkey · evidence</p>
<h1>Evidence for a key and the databases that it encrypts</h1>
<p class="lead">${statement.summary}</p>
${about(statement)}
${events(statement)}
${statement.lockouts.map(lockoutSection)}
${chain(statement)}
${verification(statement, signature)}
${{ markup: opening }}${{ markup: embedded(bundle) }}${{ markup: closing }}
</body>
</html>
`.markup;
}

const about = ({ key, team, covers, issuedAt }: Statement): Markup =>
  facts([
    ['Key', code(key.arn)],
    ['Team', code(team)],
    ['Covers', html`from ${moment(covers.from)} until before ${moment(covers.to)}`],
    ['Issued', moment(issuedAt)],
  ]);

const events = ({ events: items }: Statement): Markup =>
  listed({
    title: 'Events from the key’s account',
    note:
      'Events that EventBridge delivered from that account. Only KMS’s responses decide: Latchkey checked ' +
      'the key after each event. The ids are in CloudTrail of that account.',
    items,
    columns: [
      ['Received', ({ at }) => moment(at)],
      ['Event', ({ name }) => idOf(name)],
      ['By', ({ by }) => code(by)],
      ['CloudTrail’s event id', ({ cloudTrail }) => idOf(cloudTrail?.eventId)],
      ['KMS’s request id', ({ cloudTrail }) => idOf(cloudTrail?.requestId)],
    ],
  });

const chain = ({ chain: { first, hashes, previousHash, head }, entries }: Statement): Markup => html`<h2>The chain</h2>
<p class="note">Each entry of the timeline contains the hash of the previous entry. The bundle
contains all hashes of the team in the time span, but
only the entries about this key.</p>
${facts([
  [
    'Entries',
    hashes.length === 0
      ? 'none'
      : html`#${first} to #${first + hashes.length - 1}, of which ${entries.length} are about this key`,
  ],
  ['Hash before', code(previousHash)],
  ['Last hash', idOf(hashes.at(-1))],
  ['Newest entry at that time', html`#${head.seq} ${code(head.hash)}`],
])}`;

const verification = (
  { verify }: Statement,
  { keyId, algorithm, value, publicKey }: Bundle['signature'],
): Markup => html`<h2>Signature</h2>
<p class="note">The signature is of the bundle in this file. The page is rendered from the bundle alone, so
that it can be rendered again and compared.</p>
${facts([
  ['Signed by', code(keyId)],
  ['Algorithm', algorithm],
  ['Signature', code(value)],
  ['Public key, as in this file', html`<pre><code>${publicKey}</code></pre>`],
])}
<h3>How to verify it</h3>
${lines(verify.map((line) => html`<pre><code>${line}</code></pre>`))}`;
