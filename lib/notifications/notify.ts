/** Notifies the admins of affected apps. Idempotent: each admin gets one mail per kind of notice. */

import { chunks } from '#lib/model/chunks.ts';
import type { Key } from '#lib/model/key.ts';
import { isOver, type Lockout } from '#lib/model/lockout.ts';
import type { AffectedDatabase, Notice } from '#lib/model/notice.ts';
import type { NoticeRequest } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';
import { presentCause, toldCause } from '#lib/model/present-cause.ts';
import { Transient } from '#lib/model/problem.ts';
import { isInDomains, recipientId } from '#lib/model/recipient.ts';
import { type AffectedDeps, affectedByAdmin } from './affected.ts';
import { type NoticeOutcome, type NotifyRecipientDeps, notifyRecipient } from './notify-recipient.ts';
import { recordOutcomes } from './record-outcomes.ts';
import { earlierLockouts, timingOf } from './toggles.ts';

export type NotifyDeps = NotifyRecipientDeps &
  AffectedDeps &
  Needs<'recipientsOf' | 'mailDomainsOf' | 'lockoutById' | 'listLockouts' | 'keyById' | 'teamById' | 'commit'> & {
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
/** Enough lockouts to cover an hour of a key that is disabled and enabled repeatedly. */
const lockoutsToRead = 100;

/** Throws `Transient` while an admin could not be notified. Admins that were notified get no second mail. */
export const notifyAdmins =
  (deps: NotifyDeps) =>
  async (request: NoticeRequest): Promise<void> => {
    const { teamId, fact } = request;
    const due = await awaitDueNotice(deps, request);
    if (!due) return;
    const { lockout, key, latest, timing } = due;
    const [team, domains] = await Promise.all([deps.teamById(teamId), deps.mailDomainsOf(teamId)]);
    const recipients = [...(await affectedByAdmin(deps, lockout, fact === 'attention_needed'))];
    const context = {
      request,
      lockout,
      key,
      team: team?.name ?? teamId,
      earlier: earlierLockouts({ lockout, latest }).length,
    };
    await sendToAll(deps, { ...context, domains: domains?.domains ?? [], isFolded: timing === 'fold' }, recipients);
  };

interface DueNotice {
  readonly lockout: Lockout;
  readonly key: Key | null;
  readonly latest: readonly Lockout[];
  readonly timing: 'now' | 'fold';
}

/** The longest wait for a key to settle; the outbox retries after a longer one. */
const maxPauseSeconds = 10;

/** Null for a notice that is outdated. Throws `Transient` while the key has not settled. */
async function awaitDueNotice(deps: NotifyDeps, request: NoticeRequest): Promise<DueNotice | null> {
  const { teamId, fact } = request;
  for (;;) {
    const lockout = await deps.lockoutById(teamId, request.lockoutId);
    const key = lockout && (await deps.keyById(teamId, lockout.keyId));
    if (!lockout || isOutdated(request, lockout, key)) return null;
    const { items: latest } = await deps.listLockouts(teamId, { limit: lockoutsToRead });
    const { settleSeconds } = deps.settings();
    const at = deps.now();
    const timing = timingOf({ fact, lockout, latest, at, settleSeconds });
    if (!(timing instanceof Date)) return { lockout, key, latest, timing };
    const seconds = (timing.getTime() - at.getTime()) / 1000;
    if (seconds > maxPauseSeconds)
      throw new Transient('The key was disabled and enabled repeatedly: its admins are notified once it has settled');
    await deps.pause(seconds);
  }
}

/** A change of cause is outdated if a newer change follows it, the lockout is over, or the key is usable again. */
const isOutdated = ({ fact, about }: NoticeRequest, lockout: Lockout, key: Key | null): boolean =>
  fact === 'cause_changed' &&
  (about !== String(lockout.causeChanges) || isOver(lockout.state) || key?.status === 'usable');

type Recipients = readonly (readonly [admin: string, databases: readonly AffectedDatabase[]])[];

interface NoticeContext {
  readonly request: NoticeRequest;
  readonly lockout: Lockout;
  /** Null if the key was forgotten. */
  readonly key: Key | null;
  readonly team: string;
  readonly earlier: number;
  readonly domains: readonly string[];
  readonly isFolded: boolean;
}

async function sendToAll(deps: NotifyDeps, context: NoticeContext, recipients: Recipients): Promise<void> {
  const faults: unknown[] = [];
  const until = deps.now().getTime() + timeBudgetMs;
  let [done, mails] = [0, 0];
  for (const batch of chunks(recipients, batchSize)) {
    if (deps.now().getTime() >= until) break;
    const results = await sendBatch(deps, context, { recipients: batch, mails, until });
    done += results.filter(({ outcome }) => outcome !== 'pending').length;
    mails += results.filter(({ isMail }) => isMail).length;
    const rows = results.flatMap(({ row }) => row ?? []);
    await recordOutcomes(deps, context.lockout, { fact: context.request.fact, rows }).catch((fault: unknown) =>
      faults.push(fault),
    );
  }
  if (faults.length > 0) throw faults[0];
  const pending = recipients.length - done;
  if (pending > 0) throw new Transient(`${pending} of ${recipients.length} admins could not be notified yet`);
}

interface RecipientBatch {
  readonly recipients: Recipients;
  /** The number of mails of this notice that were sent before. */
  readonly mails: number;
  /** Epoch milliseconds. The next worker notifies the recipients that are left then. */
  readonly until: number;
}

async function sendBatch(
  deps: NotifyDeps,
  context: NoticeContext,
  { recipients, mails, until }: RecipientBatch,
): Promise<NoticeOutcome[]> {
  const { request, domains } = context;
  const foreign = recipients.map(([admin]) => admin).filter((admin) => !isInDomains(admin, domains));
  const known = new Map(
    (await deps.recipientsOf(request.teamId, foreign)).map((recipient) => [recipient.id, recipient]),
  );
  const results: NoticeOutcome[] = [];
  for (const group of chunks(recipients, concurrency)) {
    if (deps.now().getTime() >= until) break;
    const groupResults = await Promise.all(
      group.map(([admin, databases]) => {
        const recipient = known.get(recipientId(request.teamId, admin)) ?? null;
        const notice = noticeFor({ ...context, databases, at: deps.now() });
        return notifyRecipient(deps, {
          request,
          admin,
          notice,
          isFolded: context.isFolded,
          isOwn: isInDomains(admin, domains),
          recipient,
        });
      }),
    );
    results.push(...groupResults);
    const sent = groupResults.filter(({ isMail }) => isMail).length;
    const isPaced = mails + results.filter(({ isMail }) => isMail).length > unpacedMails;
    if (isPaced && sent > 0) await deps.pause(sent * deps.settings().pauseSeconds);
  }
  return results;
}

interface NoticeInput extends NoticeContext {
  readonly databases: readonly AffectedDatabase[];
  readonly at: Date;
}

const noticeFor = ({ request, lockout, key, team, earlier, databases, at }: NoticeInput): Notice => ({
  fact: request.fact,
  team,
  keyArn: lockout.keyArn,
  lockoutId: lockout.id,
  state: lockout.state,
  openedBy: lockout.cause,
  present: (key && presentCause(key, isOver(lockout.state) ? null : lockout)) ?? toldCause(lockout),
  isUsable: isOver(lockout.state) || key?.status === 'usable',
  statements: key?.check.fixes.map(({ statement }) => statement) ?? [],
  openedAt: lockout.openedAt,
  deadline: lockout.deadline,
  at: at.toISOString(),
  databases,
  earlier,
  confirmation: null,
});
