/**
 * Mails that bounce: their recipient is marked once, gets no notice until it confirms again, and the others are told.
 */
import { describe, expect, it } from '@jest/globals';
import { recipientRow } from '#lib/model/items/recipients.ts';
import { mailTags, type TroubleReport, unreachedMail } from '#lib/model/mail-trouble.ts';
import { codeHash, type Recipient, recipientId } from '#lib/model/recipient.ts';
import { recordBounce } from '#lib/notifications/bounced.ts';
import { confirmRecipient } from '#lib/notifications/confirm.ts';
import { unconfirmedAmong } from '#lib/notifications/unconfirmed.ts';
import { recipientReader } from '#lib/store/recipients.ts';
import '#test/support/matchers.ts';
import { aKey, at, teamId } from '#test/support/build.ts';
import { aLedger } from '#test/support/ledger.ts';

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

function scene() {
  const ledger = aLedger({ keys: [key] });
  const recipients = recipientReader(ledger.table);
  const deps = { ...ledger, recipientById: recipients.recipientById, now: () => at };
  const stored = () => deps.recipientById(recipientId(teamId, email));
  const record = () => recordBounce(deps)({ origin: { teamId, keyId: key.id }, emails: [email], reason: 'bounce' });
  return { ledger, recipients, deps, stored, record };
}

describe('a recipient whose mail bounced', () => {
  it('is marked once, and the others are told once', async () => {
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
