/**
 * Mails that bounce: their recipient is marked once, gets no notice until it confirms again, and the others are
 * notified.
 */
import { describe, expect, it } from '@jest/globals';
import { type Contact, contactId } from '#lib/model/contact.ts';
import { recipientRow } from '#lib/model/items/recipients.ts';
import { mailTags, type TroubleReport, unreachedMail } from '#lib/model/mail-trouble.ts';
import { codeHash, type Recipient, recipientId } from '#lib/model/recipient.ts';
import { recordBounce } from '#lib/notifications/bounced.ts';
import { confirmRecipient } from '#lib/notifications/confirm.ts';
import { unconfirmedAmong } from '#lib/notifications/unconfirmed.ts';
import { recipientReader } from '#lib/store/recipients.ts';
import '#test/support/matchers.ts';
import { aKey, anId, at, teamId } from '#test/support/build.ts';
import { aLedger, type Nouns } from '#test/support/ledger.ts';

const key = aKey();
const email = 'gone@example.com';
const tags = { [mailTags.team]: [teamId], [mailTags.key]: [key.id] };
const bounce = (bounceType = 'Permanent') => ({ bounceType, bouncedRecipients: [{ emailAddress: email }] });

describe('a report of SES', () => {
  it.each<[string, TroubleReport, unknown]>([
    ['a bounce', { mail: { tags }, bounce: bounce() }, { reason: 'bounce', emails: [email] }],
    [
      'a complaint',
      { mail: { tags }, complaint: { complainedRecipients: [{ emailAddress: email }] } },
      { reason: 'complaint', emails: [email] },
    ],
  ])('names the recipient of %s', (_, report, expected) => {
    expect(unreachedMail(report)).toMatchObject({ origin: { teamId, keyId: key.id }, ...Object(expected) });
  });

  it.each<[string, TroubleReport]>([
    ['passes, as a full mailbox', { mail: { tags }, bounce: bounce('Transient') }],
    ['is about a virus', { mail: { tags } }],
    ['is about a mail that we did not send', { mail: {}, bounce: bounce() }],
  ])('changes nothing if it %s', (_, report) => {
    expect(unreachedMail(report)).toBeNull();
  });
});

function scene(nouns: Nouns = { keys: [key] }) {
  const ledger = aLedger(nouns);
  const recipients = recipientReader(ledger.table);
  const deps = { ...ledger, recipientById: recipients.recipientById, now: () => at };
  const stored = () => deps.recipientById(recipientId(teamId, email));
  const record = () => recordBounce(deps)({ origin: { teamId, keyId: key.id }, emails: [email], reason: 'bounce' });
  return { ledger, recipients, deps, stored, record };
}

describe('a recipient whose mail bounced', () => {
  it('is marked once, and the others are notified once', async () => {
    const { ledger, stored, record } = scene();
    await record();
    await record();

    expect(await stored()).toMatchObject({ email, confirmedAt: null, bouncedAt: at.toISOString() });
    expect(ledger.entries()).toMatchObject([
      { type: 'RecipientBounced', subject: { keyId: key.id }, data: { email, reason: 'bounce' } },
      { type: 'KeyWarningRaised', data: { warning: 'recipient', detail: `Mails to ${email} bounce` } },
    ]);
    expect(ledger.effects()).toMatchObject([{ notice: { fact: 'recipient_bounced', keyId: key.id, email } }]);
  });

  const othersOf = (numbers: readonly number[]) => ({
    keys: [key, ...numbers.map((n) => aKey({ id: anId('key', n), arn: `${key.arn.slice(0, -4)}${1000 + n}` }))],
    contacts: numbers.slice(1).map((n): Contact => {
      const keyId = anId('key', n);
      return { id: contactId(teamId, keyId, email), teamId, keyId, email, createdAt: at.toISOString(), version: 1 };
    }),
  });
  const toldKeys = (all: ReturnType<typeof scene>) =>
    all.ledger.effects().map((each) => each.kind === 'notice' && 'keyId' in each.notice && each.notice.keyId);

  it('is reported for each key that it is a contact of, and for no other', async () => {
    const all = scene(othersOf([2, 3, 4]));
    await all.record();

    expect(toldKeys(all)).toEqual([key.id, anId('key', 3), anId('key', 4)]);
    expect(all.ledger.commits).toHaveLength(1);
  });

  it('is reported for as many keys as a transaction takes, and marked in any case', async () => {
    const all = scene(othersOf(Array.from({ length: 60 }, (_, n) => n + 2)));
    await all.record();

    expect(toldKeys(all).length).toBeGreaterThan(20);
    expect(await all.stored()).toMatchObject({ bouncedAt: at.toISOString() });
  });

  it('counts as unconfirmed, also in the mail domains', async () => {
    const { recipients, record } = scene();
    const mailDomainsOf = async () => ({ domains: ['example.com'], version: 1 });
    const unconfirmed = () => unconfirmedAmong({ ...recipients, mailDomainsOf })(teamId, [email, 'ann@example.com']);
    expect(await unconfirmed()).toEqual([]);
    await record();
    expect(await unconfirmed()).toEqual([email]);
  });

  it('cannot confirm with the code of an earlier mail', async () => {
    const { ledger, deps, stored, record } = scene();
    const id = recipientId(teamId, email);
    const confirmed: Recipient = {
      ...{ id, teamId, email, confirmedAt: at.toISOString(), codeHash: codeHash('right'), place: 'NOTICE' },
      ...{ lapsesAt: '2026-12-24T11:00:00.000Z', version: 1 },
    };
    const row = { ...recipientRow(id), ...confirmed };
    await ledger.commit({ teamId, at, changes: [{ kind: 'create', row }] });
    await record();

    expect(await stored()).toMatchObject({ confirmedAt: null, bouncedAt: at.toISOString() });
    await expect(confirmRecipient(deps)({ recipient: id, code: 'right' })).rejects.toBeProblem('not_found');
  });
});
