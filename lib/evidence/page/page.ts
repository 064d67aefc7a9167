/**
 * Renders a bundle as a page to read and print, which contains the bundle. Deterministic: the page is verified by
 * rendering its bundle again.
 */
import { html, type Markup } from '#lib/notifications/mail/markup.ts';
import type { Bundle, Statement } from '../statement.ts';
import { signedPage } from './frame.ts';
import { lockoutSection } from './lockout.ts';
import { code, facts, idOf, listed, moment } from './tables.ts';

export const evidencePage = (bundle: Bundle): string => {
  const { statement } = bundle;
  return signedPage({
    file: bundle,
    title: `Evidence for ${statement.key.arn}`,
    brand: 'evidence',
    heading: 'Evidence for a key and the databases that it encrypts',
    sections: html`${about(statement)}
${events(statement)}
${statement.lockouts.map(lockoutSection)}
${chain(statement)}`,
  });
};

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
