/**
 * Confirms an address by the code in its mail. The code proves access to the mailbox, so the request needs no token.
 * Wrong codes are not counted: the id of a recipient can be derived from its team and address, so a limit would let a
 * stranger block the recipient. The 80 random bits of a code cannot be guessed within its 30 days: 10,000 attempts per
 * second find it with a probability below 2^-45.
 */

import { timingSafeEqual } from 'node:crypto';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { ContactState } from '#lib/model/contact.ts';
import type { Subject } from '#lib/model/entry.ts';
import { recipientConfirmed } from '#lib/model/items/recipients.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { codeHash, isInDomains, type Recipient, recipientId } from '#lib/model/recipient.ts';

export type ConfirmDeps = Needs<'recipientById' | 'commit' | 'now'>;

/** An unknown recipient, an expired code and a wrong code give the same response. */
const invalidCode = () =>
  new Problem(
    'not_found',
    'The confirmation code is invalid or older than 30 days. The next mail to the address contains a new code.',
  );

interface Confirmation {
  readonly recipient: string;
  readonly code: string;
  /** What the confirmed address belongs to. */
  readonly subject?: Subject;
}

/** Idempotent. Throws `not_found`. */
export const confirmRecipient =
  (deps: ConfirmDeps) =>
  ({ recipient: id, code, subject = {} }: Confirmation): Promise<Recipient> =>
    retryOnConflict(async () => {
      const recipient = await deps.recipientById(id);
      const at = deps.now();
      if (!recipient || !isCode(recipient, code) || (!recipient.confirmedAt && recipient.lapsesAt < at.toISOString()))
        throw invalidCode();
      if (recipient.confirmedAt) return recipient;
      const data = { email: recipient.email };
      await deps.commit({
        teamId: recipient.teamId,
        at,
        changes: [recipientConfirmed(recipient, at)],
        entries: [{ type: 'RecipientConfirmed', actor: { kind: 'recipient', id }, subject, data }],
      });
      return { ...recipient, confirmedAt: at.toISOString(), bouncedAt: null };
    });

/** Confirms the address of a contact, for every key that it is a contact of. Throws `not_found`. */
export const confirmContact =
  (deps: ConfirmDeps & Needs<'contactById' | 'mailDomainsOf'>) =>
  async ({ contact: id, code }: { readonly contact: string; readonly code: string }): Promise<ContactState> => {
    const contact = await deps.contactById(id);
    if (!contact) throw invalidCode();
    const { teamId, email, keyId } = contact;
    const confirmed = await confirmRecipient(deps)({ recipient: recipientId(teamId, email), code, subject: { keyId } });
    const domains = await deps.mailDomainsOf(teamId);
    return { contact, isOwn: isInDomains(email, domains?.domains ?? []), recipient: confirmed };
  };

const isCode = (recipient: Recipient, code: string): boolean =>
  timingSafeEqual(Buffer.from(recipient.codeHash), Buffer.from(codeHash(code)));
