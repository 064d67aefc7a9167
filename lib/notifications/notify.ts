/** Telling the admins of affected apps: one mail per admin and fact, however often it's asked for. */

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
import { recordTold } from './record-told.ts';
import { earlierOf, timingOf } from './toggles.ts';

export type NotifyDeps = NotifyRecipientDeps &
  AffectedDeps &
  Needs<'recipientsOf' | 'mailDomainsOf' | 'lockoutById' | 'listLockouts' | 'keyById' | 'teamById' | 'commit'> & {
    readonly pause: (seconds: number) => Promise<unknown>;
  };

/** Outcomes are recorded after each batch of 50 recipients; a transaction holds 100 items. */
const atATime = 50;
/**
 * Mails of a notice that are sent without a pause. Later mails are paced, so that other teams get their share of SES's
 * rate.
 */
const unpaced = 10;
/** Recipients that are notified concurrently. */
const atOnce = 5;
/** The function times out after a minute; the next invocation notifies the remaining recipients. */
const lastsMs = 40_000;
/** Enough lockouts to cover an hour of a key that is disabled and enabled repeatedly. */
const lockoutsRead = 100;

/** Throws `Transient` while some admin could not be told, whatever kept that one; the others are told, and not again. */
export const notifyAdmins =
  (deps: NotifyDeps) =>
  async (request: NoticeRequest): Promise<void> => {
    const { teamId, fact } = request;
    const settled = await settledNotice(deps, request);
    if (!settled) return;
    const { lockout, key, latest, timing } = settled;
    const [team, domains] = await Promise.all([deps.teamById(teamId), deps.mailDomainsOf(teamId)]);
    const recipients = [...(await affectedByAdmin(deps, lockout, fact === 'attention_needed'))];
    const about = { request, lockout, key, team: team?.name ?? teamId, earlier: earlierOf({ lockout, latest }).length };
    await tellAll(deps, { ...about, domains: domains?.domains ?? [], isFolded: timing === 'fold' }, recipients);
  };

interface Settled {
  readonly lockout: Lockout;
  readonly key: Key | null;
  readonly latest: readonly Lockout[];
  readonly timing: 'now' | 'fold';
}

/** A key that settles within so many seconds is waited for; the outbox tries a longer wait again. */
const patienceSeconds = 10;

/** Null for a notice that is outdated. Throws `Transient` while the key has not settled. */
async function settledNotice(deps: NotifyDeps, request: NoticeRequest): Promise<Settled | null> {
  const { teamId, fact } = request;
  for (;;) {
    const lockout = await deps.lockoutById(teamId, request.lockoutId);
    const key = lockout && (await deps.keyById(teamId, lockout.keyId));
    if (!lockout || isOutdated(request, lockout, key)) return null;
    const { items: latest } = await deps.listLockouts(teamId, { limit: lockoutsRead });
    const { settleSeconds } = deps.settings();
    const at = deps.now();
    const timing = timingOf({ fact, lockout, latest, at, settleSeconds });
    if (!(timing instanceof Date)) return { lockout, key, latest, timing };
    const seconds = (timing.getTime() - at.getTime()) / 1000;
    if (seconds > patienceSeconds)
      throw new Transient('The key was disabled and enabled repeatedly: its admins are told once it has settled');
    await deps.pause(seconds);
  }
}

/** A change of cause is outdated if a newer change follows it, the lockout is over, or the key is usable again. */
const isOutdated = ({ fact, about }: NoticeRequest, lockout: Lockout, key: Key | null): boolean =>
  fact === 'cause_changed' &&
  (about !== String(lockout.causeChanges) || isOver(lockout.state) || key?.status === 'usable');

type Recipients = readonly (readonly [admin: string, databases: readonly AffectedDatabase[]])[];

interface About {
  readonly request: NoticeRequest;
  readonly lockout: Lockout;
  /** Null if the key was forgotten. */
  readonly key: Key | null;
  readonly team: string;
  readonly earlier: number;
  readonly domains: readonly string[];
  readonly isFolded: boolean;
}

async function tellAll(deps: NotifyDeps, about: About, recipients: Recipients): Promise<void> {
  const faults: unknown[] = [];
  const until = deps.now().getTime() + lastsMs;
  let [done, mails] = [0, 0];
  for (const some of chunks(recipients, atATime)) {
    if (deps.now().getTime() >= until) break;
    const outcomes = await tellEach(deps, about, { recipients: some, mails, until });
    done += outcomes.filter(({ outcome }) => outcome !== 'pending').length;
    mails += outcomes.filter(({ isMail }) => isMail).length;
    const rows = outcomes.flatMap(({ row }) => row ?? []);
    await recordTold(deps, about.lockout, { fact: about.request.fact, rows }).catch((fault: unknown) =>
      faults.push(fault),
    );
  }
  if (faults.length > 0) throw faults[0];
  const pending = recipients.length - done;
  if (pending > 0) throw new Transient(`${pending} of ${recipients.length} admins could not be told yet`);
}

interface Share {
  readonly recipients: Recipients;
  /** The number of mails of this notice that were sent before. */
  readonly mails: number;
  /** Epoch milliseconds. The next worker notifies the recipients that are left then. */
  readonly until: number;
}

async function tellEach(deps: NotifyDeps, about: About, { recipients, mails, until }: Share): Promise<NoticeOutcome[]> {
  const { request, domains } = about;
  const foreign = recipients.map(([admin]) => admin).filter((admin) => !isInDomains(admin, domains));
  const known = new Map(
    (await deps.recipientsOf(request.teamId, foreign)).map((recipient) => [recipient.id, recipient]),
  );
  const outcomes: NoticeOutcome[] = [];
  for (const some of chunks(recipients, atOnce)) {
    if (deps.now().getTime() >= until) break;
    const told = await Promise.all(
      some.map(([admin, databases]) => {
        const recipient = known.get(recipientId(request.teamId, admin)) ?? null;
        const notice = noticeFor({ ...about, databases, at: deps.now() });
        return notifyRecipient(deps, {
          request,
          admin,
          notice,
          isFolded: about.isFolded,
          isOwn: isInDomains(admin, domains),
          recipient,
        });
      }),
    );
    outcomes.push(...told);
    const sent = told.filter(({ isMail }) => isMail).length;
    const isPaced = mails + outcomes.filter(({ isMail }) => isMail).length > unpaced;
    if (isPaced && sent > 0) await deps.pause(sent * deps.settings().pauseSeconds);
  }
  return outcomes;
}

interface Facts extends About {
  readonly databases: readonly AffectedDatabase[];
  readonly at: Date;
}

const noticeFor = ({ request, lockout, key, team, earlier, databases, at }: Facts): Notice => ({
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
