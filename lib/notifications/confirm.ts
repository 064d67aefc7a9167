/**
 * Confirms an address by the code in its mail. The code proves access to the mailbox, so the request needs no token.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '#lib/clock.ts';
import type { Record } from '#lib/outbox/record.ts';
import { Problem } from '#lib/problem.ts';
import { againOnConflict } from '#lib/store/conflict.ts';
import { type RecipientStore, recipientConfirmed } from '#lib/store/recipients.ts';
import { codeHash, type Recipient } from './recipient.ts';

export interface ConfirmDeps extends Pick<RecipientStore, 'recipientById' | 'codeTried'> {
  readonly record: Record;
  readonly now: Clock;
}

/** An unknown recipient, an expired code, a wrong code and too many attempts give the same response. */
const refused = () =>
  new Problem(
    'not_found',
    'No address waits for this code: it is wrong, older than 30 days, or was tried too often. The next mail has another.',
  );

/** Idempotent. Throws `not_found`. */
export const confirmRecipient =
  (deps: ConfirmDeps) =>
  async ({ recipient: id, code }: { readonly recipient: string; readonly code: string }): Promise<Recipient> => {
    if (!(await deps.recipientById(id)) || !(await deps.codeTried(id))) throw refused();
    return againOnConflict(async () => {
      const recipient = await deps.recipientById(id);
      const at = deps.now();
      if (!recipient || !isCode(recipient, code) || (!recipient.confirmedAt && recipient.lapsesAt < at.toISOString())) throw refused();
      if (recipient.confirmedAt) return recipient;
      const data = { email: recipient.email };
      await deps.record({
        teamId: recipient.teamId,
        at,
        changes: [recipientConfirmed(recipient, at)],
        entries: [{ type: 'RecipientConfirmed', actor: { kind: 'recipient', id }, subject: {}, data }],
      });
      return { ...recipient, confirmedAt: at.toISOString() };
    });
  };

const isCode = (recipient: Recipient, code: string): boolean =>
  timingSafeEqual(Buffer.from(recipient.codeHash), Buffer.from(codeHash(code)));
