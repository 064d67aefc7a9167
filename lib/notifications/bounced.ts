/** Marks recipients whose mails bounced or were reported as spam, and notifies the other recipients of the key. */
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Actor } from '#lib/model/entry.ts';
import { recipientBounced } from '#lib/model/items/recipients.ts';
import type { Key } from '#lib/model/key.ts';
import type { UnreachedMail } from '#lib/model/mail-trouble.ts';
import type { Needs } from '#lib/model/ports.ts';
import { codeHash, newCode, type Recipient, recipientId } from '#lib/model/recipient.ts';
import { noticeOf, raisedEntry } from '#lib/model/warnings/notices.ts';

export type BouncedDeps = Needs<'recipientById' | 'keyById' | 'commit' | 'now'>;

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
  const [known, key] = await Promise.all([deps.recipientById(id), keyId === null ? null : deps.keyById(teamId, keyId)]);
  if (known?.bouncedAt) return;
  const at = deps.now();
  const recipient: Recipient = { ...(known ?? unknownRecipient({ id, teamId, email, at })), ...withoutCode() };
  const warning = key ? warningOf(key, { id, email, at }) : { entries: [], effects: [] };
  await deps.commit({
    teamId,
    at,
    changes: [recipientBounced(recipient, known !== null, at)],
    entries: [
      { type: 'RecipientBounced', actor, subject: keyId === null ? {} : { keyId }, data: { email, reason } },
      ...warning.entries,
    ],
    effects: warning.effects,
  });
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

function warningOf(key: Key, { id, email, at }: Bounce) {
  const about = `${id}#${at.toISOString()}`;
  const warning = { kind: 'recipient', about, mark: null, date: null, detail: `Mails to ${email} bounce` } as const;
  return {
    entries: [raisedEntry(key, warning, actor)],
    effects: [noticeOf(key, 'recipient_bounced', { about, email })],
  };
}
