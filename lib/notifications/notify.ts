/** Telling the admins of affected apps: one mail per admin and fact, however often it's asked for. */
import type { Key } from '#lib/keys/key.ts';
import { isOver, type Lockout } from '#lib/lockouts/lockout.ts';
import { presentCause, toldCause } from '#lib/lockouts/present-cause.ts';
import type { Fact, NoticeRequest } from '#lib/outbox/effect.ts';
import type { Record } from '#lib/outbox/record.ts';
import { Transient } from '#lib/problem.ts';
import { chunks } from '#lib/store/databases.ts';
import { type NoticeRow, noticeInTimeline } from '#lib/store/notices.ts';
import type { NewEntry } from '#lib/timeline/entry.ts';
import { type AffectedDeps, affectedByAdmin } from './affected.ts';
import type { AffectedDatabase, Notice } from './notice.ts';
import { type TellDeps, type Told, tell } from './tell.ts';

export interface NotifyDeps extends TellDeps, AffectedDeps {
  readonly lockoutById: (teamId: string, id: string) => Promise<Lockout | null>;
  readonly keyById: (teamId: string, id: string) => Promise<Key | null>;
  readonly teamById: (teamId: string) => Promise<{ readonly name: string } | null>;
  readonly record: Record;
}

/** A transaction takes a hundred items, and who was told is on record before the next fifty are. */
const atATime = 50;

/** Throws `Transient` while some admin could not be told, whatever kept that one; the others are told, and not again. */
export const notifyAdmins =
  (deps: NotifyDeps) =>
  async (request: NoticeRequest): Promise<void> => {
    const lockout = await deps.lockoutById(request.teamId, request.lockoutId);
    const key = lockout && (await deps.keyById(request.teamId, lockout.keyId));
    if (!lockout || isOutdated(request, lockout, key)) return;
    const team = (await deps.teamById(request.teamId))?.name ?? request.teamId;
    const recipients = [...(await affectedByAdmin(deps, lockout, request.fact === 'attention_needed'))];
    await tellAll(deps, { request, lockout, key, team }, recipients);
  };

async function tellAll(deps: NotifyDeps, about: About, recipients: readonly Recipient[]): Promise<void> {
  const faults: unknown[] = [];
  let pending = 0;
  for (const some of chunks(recipients, atATime)) {
    const outcomes = await tellEach(deps, about, some);
    pending += outcomes.filter(({ outcome }) => outcome === 'pending').length;
    const rows = outcomes.flatMap(({ row }) => row ?? []);
    await recordTold(deps, about.lockout, { fact: about.request.fact, rows }).catch((fault: unknown) => faults.push(fault));
  }
  if (faults.length > 0) throw faults[0];
  if (pending > 0) throw new Transient(`${pending} of ${recipients.length} admins could not be told yet`);
}

type Recipient = readonly [admin: string, databases: readonly AffectedDatabase[]];

async function tellEach(deps: NotifyDeps, about: About, recipients: readonly Recipient[]): Promise<Told[]> {
  const outcomes: Told[] = [];
  for (const [admin, databases] of recipients) {
    const notice = noticeFor({ ...about, databases, at: deps.now() });
    outcomes.push(await tell(deps, { request: about.request, admin, notice }));
  }
  return outcomes;
}

interface About {
  readonly request: NoticeRequest;
  readonly lockout: Lockout;
  /** Null for a key that was forgotten. */
  readonly key: Key | null;
  readonly team: string;
}

interface Facts extends About {
  readonly databases: readonly AffectedDatabase[];
  readonly at: Date;
}

/** A change of cause that another followed, or whose key is back, is no news: what comes next tells how it is now. */
const isOutdated = ({ fact, about }: NoticeRequest, lockout: Lockout, key: Key | null): boolean =>
  fact === 'cause_changed' && (about !== String(lockout.causeChanges) || isOver(lockout.state) || key?.status === 'usable');

const noticeFor = ({ request, lockout, key, team, databases, at }: Facts): Notice => ({
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
});

interface Outcomes {
  readonly fact: Fact;
  readonly rows: readonly NoticeRow[];
}

/**
 * What the timeline does not tell yet: also of a worker before this one, who died or lost the race for the chain once the mails were out. Nobody is
 * told twice if it fails.
 */
async function recordTold(deps: NotifyDeps, lockout: Lockout, { fact, rows }: Outcomes): Promise<void> {
  const mailed = rows.filter(({ sentAt, inTimeline }) => sentAt && inTimeline === false);
  const failed = rows.filter(({ sentAt, failure }) => !sentAt && failure?.inTimeline === false);
  if (mailed.length + failed.length === 0) return;
  const about = { actor: { kind: 'workflow', id: 'notifications' }, subject: { lockoutId: lockout.id, keyId: lockout.keyId } } as const;
  const mails = mailed.map(({ admin, messageId }) => ({ to: admin, messageId }));
  const admins = failed.map(({ admin, failure }) => ({ to: admin, detail: failure?.detail ?? '' }));
  const entries: NewEntry[] = [
    ...(mails.length > 0 ? [{ type: 'AdminsNotified' as const, ...about, data: { fact, admins: mails.map(({ to }) => to), mails } }] : []),
    ...(admins.length > 0 ? [{ type: 'AdminsNotReached' as const, ...about, data: { fact, admins } }] : []),
  ];
  await deps.record({ teamId: lockout.teamId, at: deps.now(), changes: [...mailed, ...failed].map(noticeInTimeline), entries });
}
