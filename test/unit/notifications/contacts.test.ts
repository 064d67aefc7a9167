/** The contacts of a key: adding, confirming and removing them, and which of them gets mails. */
import { describe, expect, it } from '@jest/globals';
import { type Contact, contactId, maxContacts, senderAddress } from '#lib/model/contact.ts';
import { codeHash, type Recipient, recipientId } from '#lib/model/recipient.ts';
import { confirmContact } from '#lib/notifications/confirm.ts';
import { addContact, listContacts, removeContact } from '#lib/notifications/contacts.ts';
import '#test/support/matchers.ts';
import { aKey, at, teamId, tokenActor } from '#test/support/build.ts';
import { aLedger } from '#test/support/ledger.ts';

const key = aKey({ databases: 0 });
const domains = ['example.com'];
const aContact = (email: string): Contact => ({
  id: contactId(teamId, key.id, email),
  ...{ teamId, keyId: key.id, email, createdAt: at.toISOString(), version: 1 },
});
const aRecipient = (email: string, changes: Partial<Recipient> = {}): Recipient => ({
  id: recipientId(teamId, email),
  ...{ teamId, email, confirmedAt: null, codeHash: codeHash('right'), place: 'NOTICE', version: 1 },
  lapsesAt: '2026-12-24T11:00:00.000Z',
  ...changes,
});

function scene({
  contacts = [],
  recipients = [],
}: {
  contacts?: readonly Contact[];
  recipients?: readonly Recipient[];
} = {}) {
  const ledger = aLedger({ keys: [key], contacts });
  const deps = {
    ...ledger,
    mailDomainsOf: async () => ({ domains, version: 1 }),
    recipientsOf: async (team: string, emails: readonly string[]) =>
      recipients.filter(({ id }) => emails.some((email) => recipientId(team, email) === id)),
    recipientById: async (id: string) => recipients.find((recipient) => recipient.id === id) ?? null,
    sender: () => 'latchkey@example.com',
    now: () => at,
  };
  const add = (email: string) => addContact(deps)({ teamId, actor: tokenActor, key: key.id, email });
  const list = () => listContacts(deps)(teamId, key.id, { limit: 50 });
  return { ledger, deps, add, list };
}

describe('a new contact', () => {
  it('outside of the mail domains gets one mail that requests a confirmation', async () => {
    const { ledger, add } = scene();

    const { contact } = await add('security@elsewhere.test');

    expect(contact).toMatchObject({ keyId: key.id, email: 'security@elsewhere.test' });
    expect(ledger.entries()).toMatchObject([{ type: 'ContactAdded', data: { arn: key.arn, contact: contact.id } }]);
    expect(ledger.effects()).toMatchObject([
      { kind: 'notice', notice: { fact: 'contact_added', keyId: key.id, email: 'security@elsewhere.test' } },
    ]);
  });

  it.each([
    ['is in the mail domains', 'security@example.com', []],
    [
      'has confirmed its address before',
      'security@elsewhere.test',
      [aRecipient('security@elsewhere.test', { confirmedAt: at.toISOString() })],
    ],
  ])('that %s gets no request for a confirmation', async (_, email, recipients) => {
    const { ledger, add } = scene({ recipients });
    await add(email);
    expect(ledger.effects()).toEqual([]);
  });

  it('is one contact in any spelling, and gets one request for a confirmation', async () => {
    const { ledger, add, list } = scene();
    await add('Security+1@elsewhere.test');
    await add('security@elsewhere.test');

    expect((await list()).items).toMatchObject([{ contact: { email: 'Security+1@elsewhere.test' } }]);
    expect([ledger.entries().length, ledger.effects().length]).toEqual([1, 1]);
  });

  it.each(['latchkey@example.com', 'Latchkey+reply@example.com'])(
    'cannot be the address that mails come from: %s',
    async (email) => {
      const { ledger, add } = scene();
      await expect(add(email)).rejects.toBeProblem('invalid_request');
      expect(ledger.commits).toEqual([]);
    },
  );

  it('is refused at the most contacts of a key, and fits once one is removed', async () => {
    const contacts = Array.from({ length: maxContacts }, (_, number) => aContact(`person-${number}@example.com`));
    const { ledger, deps, add } = scene({ contacts });
    await expect(add('more@example.com')).rejects.toBeProblem('quota_exceeded');
    expect(ledger.commits).toEqual([]);

    await removeContact(deps)({ teamId, actor: tokenActor, contact: contacts[0]?.id ?? '' });

    await add('more@example.com');
  });

  it('of an unknown key is refused', async () => {
    const { deps } = scene();
    const request = { teamId, actor: tokenActor, key: 'key_unknown', email: 'ann@example.com' };
    await expect(addContact(deps)(request)).rejects.toBeProblem('not_found');
  });
});

describe('a contact whose mails bounced', () => {
  const email = 'security@elsewhere.test';
  const bounced = aRecipient(email, { bouncedAt: at.toISOString() });

  it('gets a new request for a confirmation each time that it is added', async () => {
    const { ledger, deps, add } = scene({ contacts: [aContact(email)], recipients: [bounced] });
    await add(email);
    await addContact({ ...deps, now: () => new Date(at.getTime() + 1000) })({
      ...{ teamId, actor: tokenActor, key: key.id, email },
    });

    const places = ledger.effects().map((effect) => effect.kind === 'notice' && effect.notice.about);
    expect(new Set(places).size).toBe(2);
  });
});

describe('confirming a contact', () => {
  const email = 'security@elsewhere.test';
  const contacts = [aContact(email)];
  const recipients = [aRecipient(email)];

  it('takes the code of its mail, and is recorded for the key', async () => {
    const { ledger, deps } = scene({ contacts, recipients });
    const confirm = confirmContact({ ...deps, commit: async (unit) => void ledger.commits.push(unit) });

    const state = await confirm({ contact: contacts[0]?.id ?? '', code: 'right' });

    expect(state.recipient?.confirmedAt).toBe(at.toISOString());
    expect(ledger.entries()).toMatchObject([{ type: 'RecipientConfirmed', subject: { keyId: key.id } }]);
  });

  it.each([
    ['a wrong code', contacts[0]?.id ?? '', 'wrong'],
    ['an unknown contact', 'con_00000000000000000000000000', 'right'],
    ['a contact without a mail', contactId(teamId, key.id, 'ann@example.com'), 'right'],
  ])('has the same response for %s', async (_, contact, code) => {
    const { ledger, deps } = scene({ contacts: [...contacts, aContact('ann@example.com')], recipients });
    const problem: unknown = await confirmContact(deps)({ contact, code }).catch((error: unknown) => error);
    expect(problem).toMatchObject({ code: 'not_found', message: expect.stringContaining('code is invalid') });
    expect(ledger.commits).toEqual([]);
  });
});

describe('removing a contact', () => {
  it('is recorded, and is not possible for another team', async () => {
    const { ledger, deps, list } = scene({ contacts: [aContact('ann@example.com')] });
    const contact = contactId(teamId, key.id, 'ann@example.com');
    const byOthers = removeContact(deps)({ teamId: 'team_other', actor: tokenActor, contact });
    await expect(byOthers).rejects.toBeProblem('not_found');

    await removeContact(deps)({ teamId, actor: tokenActor, contact });

    expect((await list()).items).toEqual([]);
    expect(ledger.entries()).toMatchObject([{ type: 'ContactRemoved', data: { email: 'ann@example.com' } }]);
  });
});

it('the sender is found in its display form', () => {
  expect(senderAddress('Latchkey <latchkey@example.com>')).toBe('latchkey@example.com');
  expect(senderAddress('latchkey@example.com')).toBe('latchkey@example.com');
});
