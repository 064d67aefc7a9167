/** Sends a notice to its recipients, in batches and at a bounded rate, and records who got it. */

import { chunks } from '#lib/model/chunks.ts';
import type { Subject } from '#lib/model/entry.ts';
import type { Notice } from '#lib/model/notice.ts';
import type { NoticeRequest } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Transient } from '#lib/model/problem.ts';
import { isInDomains, recipientId } from '#lib/model/recipient.ts';
import { type NoticeOutcome, type NotifyRecipientDeps, notifyRecipient } from './notify-recipient.ts';
import type { Addressee } from './recipient-notice.ts';
import { recordOutcomes } from './record-outcomes.ts';

export type SendDeps = NotifyRecipientDeps &
  Needs<'recipientsOf' | 'mailDomainsOf' | 'commit'> & {
    readonly pause: (seconds: number) => Promise<unknown>;
  };

/** Outcomes are recorded after each batch of 50 recipients; a transaction holds 100 items. */
const batchSize = 50;
/**
 * Mails of a notice that are sent without a pause. Later mails are paced, so that other teams get their share of SES's
 * rate.
 */
const unpacedMails = 10;
/** Recipients that are notified concurrently. */
const concurrency = 5;
/** In milliseconds. The function times out after a minute; the next invocation notifies the remaining recipients. */
const timeBudgetMs = 40_000;

export interface NoticeInput {
  readonly request: NoticeRequest;
  /** The subject of the timeline's entries. */
  readonly subject: Subject;
  readonly isFolded: boolean;
  readonly noticeFor: (addressee: Addressee, at: Date) => Notice;
}

interface NoticeContext extends NoticeInput {
  readonly domains: readonly string[];
}

/** Throws `Transient` while a recipient could not be notified. Recipients that were notified get no second mail. */
export async function sendNotice(deps: SendDeps, input: NoticeInput, addressees: readonly Addressee[]): Promise<void> {
  const { teamId, fact } = input.request;
  const context = { ...input, domains: (await deps.mailDomainsOf(teamId))?.domains ?? [] };
  const faults: unknown[] = [];
  const until = deps.now().getTime() + timeBudgetMs;
  let [done, mails] = [0, 0];
  for (const batch of chunks(addressees, batchSize)) {
    if (deps.now().getTime() >= until) break;
    const results = await sendBatch(deps, context, { addressees: batch, mails, until });
    done += results.filter(({ outcome }) => outcome !== 'pending').length;
    mails += results.filter(({ isMail }) => isMail).length;
    const rows = results.flatMap(({ row }) => row ?? []);
    const { subject } = input;
    await recordOutcomes(deps, { teamId, subject, fact, rows }).catch((fault: unknown) => faults.push(fault));
  }
  if (faults.length > 0) throw faults[0];
  const pending = addressees.length - done;
  if (pending > 0) throw new Transient(`${pending} of ${addressees.length} recipients could not be notified yet`);
}

interface RecipientBatch {
  readonly addressees: readonly Addressee[];
  /** The number of mails of this notice that were sent before. */
  readonly mails: number;
  /** Epoch milliseconds. The next worker notifies the recipients that are left then. */
  readonly until: number;
}

async function sendBatch(
  deps: SendDeps,
  { request, subject, noticeFor, isFolded, domains }: NoticeContext,
  { addressees, mails, until }: RecipientBatch,
): Promise<NoticeOutcome[]> {
  const { teamId } = request;
  const recipients = await deps.recipientsOf(
    teamId,
    addressees.map(({ email }) => email),
  );
  const known = new Map(recipients.map((recipient) => [recipient.id, recipient]));
  const results: NoticeOutcome[] = [];
  for (const group of chunks(addressees, concurrency)) {
    if (deps.now().getTime() >= until) break;
    const groupResults = await Promise.all(
      group.map((addressee) =>
        notifyRecipient(deps, {
          request,
          keyId: subject.keyId ?? null,
          admin: addressee.email,
          notice: noticeFor(addressee, deps.now()),
          isFolded,
          isOwn: isInDomains(addressee.email, domains),
          recipient: known.get(recipientId(teamId, addressee.email)) ?? null,
        }),
      ),
    );
    results.push(...groupResults);
    const sent = groupResults.filter(({ isMail }) => isMail).length;
    const isPaced = mails + results.filter(({ isMail }) => isMail).length > unpacedMails;
    if (isPaced && sent > 0) await deps.pause(sent * deps.settings().pauseSeconds);
  }
  return results;
}
