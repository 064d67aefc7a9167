/** Decides whether a drill goes on, and with which verdict it ends. Pure. */
import type { Database } from './database.ts';
import { type Drill, type DrillVerdict, enteredStageAt, lockingOutLimitSeconds, stageLimits } from './drill.ts';
import { measuredPhases } from './drill-phases.ts';
import type { DrillFailure } from './drill-state.ts';
import type { Measurement } from './fleet.ts';
import type { Key } from './key.ts';
import type { Lockout } from './lockout.ts';
import { planNamed } from './plans.ts';

const failed = (failure: DrillFailure, detail: string): DrillVerdict => ({ outcome: 'failed', failure, detail });

export const aborted = (by: string): DrillVerdict => ({
  outcome: 'aborted',
  failure: 'aborted',
  detail: `Aborted by ${by}.`,
});

export interface DrillFacts {
  readonly drill: Drill;
  readonly fork: Database | null;
  readonly leader: Database | null;
  /** The key whose revocation is rehearsed. */
  readonly key: Key | null;
  readonly at: Date;
}

/** Null while the drill goes on. The fork's own key is not consulted in a real drill: its owner disables it. */
export function interruption(facts: DrillFacts): DrillVerdict | null {
  const { drill, key, at } = facts;
  if (drill.stage === 'removing' || drill.stage === 'ended') return null;
  return (
    forkVerdict(facts) ??
    leaderGone(facts) ??
    (key?.lockoutId ? failed('key_locked_out', `The key ${drill.keyArn} itself is locked out.`) : overdue(drill, at))
  );
}

function forkVerdict({ fork }: DrillFacts): DrillVerdict | null {
  if (!fork || fork.status === 'destroying') return failed('fork_failed', 'The fork was removed.');
  return fork.status === 'failed'
    ? failed('fork_failed', fork.failure?.detail ?? 'The fork could not be provisioned.')
    : null;
}

/** The leader matters only while the fork copies it. */
function leaderGone({ drill, leader }: DrillFacts): DrillVerdict | null {
  if (drill.stage !== 'forking' && drill.stage !== 'catching_up') return null;
  if (!leader || leader.status === 'destroying')
    return failed('leader_gone', `Database ${drill.leaderName} is being destroyed.`);
  const isOccupied = leader.promotion || leader.handoverTo || leader.maintenance?.startedAt;
  return isOccupied ? failed('leader_gone', `Database ${drill.leaderName} is promoted or maintained.`) : null;
}

function overdue(drill: Drill, at: Date): DrillVerdict | null {
  const limit =
    drill.stage === 'locking_out'
      ? { seconds: lockingOutLimitSeconds(drill), failure: 'not_stopped' as const }
      : stageLimits[drill.stage];
  const since = enteredStageAt(drill, drill.stage);
  if (!limit || !since || at.getTime() - Date.parse(since) <= limit.seconds * 1000) return null;
  return failed(limit.failure, `The stage ${drill.stage} took longer than ${Math.round(limit.seconds / 60)} minutes.`);
}

/** Above this part of its plan's memory, the leader has no room for the buffers of another follower. */
const memoryBound = { start: 0.85, during: 0.95 } as const;
const silentPollsAllowed = 2;

/** The part of the plan's memory that the leader uses; null if it does not respond. */
const usedPart = (plan: string, { usedBytes }: Pick<Measurement, 'usedBytes'>): number | null =>
  usedBytes === null ? null : usedBytes / ((planNamed(plan)?.memoryMb ?? 0) * 1024 * 1024);

export const isShortOfMemory = (
  plan: string,
  measurement: Pick<Measurement, 'usedBytes'>,
  when: keyof typeof memoryBound,
): boolean => (usedPart(plan, measurement) ?? 0) > memoryBound[when];

/** Judges the leader while its fork copies it. */
export function leaderVerdict(
  leader: Pick<Database, 'name' | 'plan'>,
  measurement: Pick<Measurement, 'usedBytes'>,
  silentPolls: number,
): DrillVerdict | null {
  if (isShortOfMemory(leader.plan, measurement, 'during'))
    return failed(
      'leader_short_of_memory',
      `Database ${leader.name} uses more than ${memoryBound.during * 100} % of its memory.`,
    );
  return silentPolls > silentPollsAllowed
    ? failed('leader_silent', `Database ${leader.name} did not respond to ${silentPolls} measurements in a row.`)
    : null;
}

/** The verdict of a drill that went through all of its stages. */
export function finalVerdict(drill: Drill, lockout: Lockout | null): DrillVerdict {
  const { before, after } = drill.digests;
  if (!before || !after) return failed('digest_failed', 'The data set was not digested before and after.');
  if (before.digest !== after.digest)
    return failed(
      'data_differs',
      `The data set differs: ${before.keys} keys before the lockout, ${after.keys} keys afterwards.`,
    );
  if (drill.mode === 'real' && drill.opening?.answer === 'opened')
    return failed('opened_while_disabled', 'The volume could be opened while the drill key was disabled.');
  const missed = measuredPhases(drill, lockout).filter(({ met }) => met === false);
  return missed.length > 0
    ? failed('objective_missed', `Too slow: ${missed.map(({ phase }) => phase).join(', ')}.`)
    : { outcome: 'passed', failure: null, detail: null };
}
