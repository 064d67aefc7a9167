/**
 * Marks recipients whose mails bounced or were reported as spam, and notifies the other recipients of each key that
 * such a recipient is a contact of.
 */
import { chunks } from '#lib/model/chunks.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import { type Contact, contactId } from '#lib/model/contact.ts';
import type { Actor } from '#lib/model/entry.ts';
import { fitting, joined, type Part } from '#lib/model/items/bounds.ts';
import { recipientBounced } from '#lib/model/items/recipients.ts';
import type { Key } from '#lib/model/key.ts';
import type { UnreachedMail } from '#lib/model/mail-trouble.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { codeHash, newCode, type Recipient, recipientId } from '#lib/model/recipient.ts';
import { noticeOf, raisedEntry } from '#lib/model/warnings/notices.ts';

export type BouncedDeps = Needs<'recipientById' | 'keyById' | 'listKeys' | 'contactById' | 'commit' | 'now'>;

const actor: Actor = { kind: 'event', id: 'ses' };

/**
 * Idempotent: a recipient that is marked stays as it is. A marked recipient gets no notice until it confirms its
 * address again, with the code of a new mail.
 */
export const recordBounce =
  (deps: BouncedDeps) =>
  async (mail: UnreachedMail): Promise<void> => {
    for (const email of mail.emails) await retryOnConflict(() => markBounced(deps, mail, email));
  };

async function markBounced(deps: BouncedDeps, { origin, reason }: UnreachedMail, email: string): Promise<void> {
  const { teamId, keyId } = origin;
  const id = recipientId(teamId, email);
  const known = await deps.recipientById(id);
  if (known?.bouncedAt) return;
  const keys = await keysNotifiedOf(deps, { teamId, keyId, email });
  const at = deps.now();
  const recipient: Recipient = { ...(known ?? unknownRecipient({ id, teamId, email, at })), ...withoutCode() };
  const marked: Part = {
    changes: [recipientBounced(recipient, known !== null, at)],
    entries: [{ type: 'RecipientBounced', actor, subject: keyId === null ? {} : { keyId }, data: { email, reason } }],
  };
  const news = keys.map((key) => warningOf(key, { id, email, at }));
  await deps.commit({ teamId, at, ...joined([marked, ...news.slice(0, fitting(marked, news))]) });
}

/** The key of the mail first, then the others that the address is a contact of. */
async function keysNotifiedOf(
  deps: BouncedDeps,
  { teamId, keyId, email }: { teamId: string; keyId: string | null; email: string },
): Promise<Key[]> {
  const keys = await allOf((after) => deps.listKeys(teamId, { after, limit: 100 }));
  const contacts: (Contact | null)[] = [];
  for (const batch of chunks(keys, 25))
    contacts.push(...(await Promise.all(batch.map(({ id }) => deps.contactById(contactId(teamId, id, email))))));
  const own = keys.filter(({ id }) => id === keyId);
  return [...own, ...keys.filter(({ id }, index) => id !== keyId && contacts[index])];
}

/** The code of an earlier mail does not prove that the mailbox can be reached again. */
const withoutCode = () => ({ codeHash: codeHash(newCode()), place: 'BOUNCE' });

interface Bounce {
  readonly id: string;
  readonly email: string;
  readonly at: Date;
}

const unknownRecipient = ({ id, teamId, email, at }: Bounce & { readonly teamId: string }): Recipient => ({
  ...{ id, teamId, email, confirmedAt: null, lapsesAt: at.toISOString(), version: 1 },
  ...withoutCode(),
});

function warningOf(key: Key, { id, email, at }: Bounce): Part {
  const about = `${id}#${at.toISOString()}`;
  const warning = { kind: 'recipient', about, mark: null, date: null, detail: `Mails to ${email} bounce` } as const;
  return {
    changes: [],
    entries: [raisedEntry(key, warning, actor)],
    effects: [noticeOf(key, 'recipient_bounced', { about, email })],
  };
}
