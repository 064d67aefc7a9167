/**
 * A drill: a rehearsed lockout of a fork (promise 14). `simulated` runs under the live key, and the drill sets the
 * verdict of its lockout. `real` runs under a drill key, which its owner disables and enables.
 */
import type { DatasetDigest } from './dataset-digest.ts';
import type { DrillFailure, DrillMode, DrillOutcome, DrillStage } from './drill-state.ts';
import type { Actor } from './entry.ts';
import type { Opening } from './fleet.ts';

export interface Drill {
  readonly id: string;
  readonly teamId: string;
  readonly mode: DrillMode;
  /** The key whose revocation is rehearsed. */
  readonly keyId: string;
  readonly keyArn: string;
  /** The key that encrypts the fork: the same key in a simulated drill. */
  readonly drillKeyId: string;
  readonly drillKeyArn: string;
  readonly leaderId: string;
  readonly leaderName: string;
  readonly plan: string;
  readonly forkId: string;
  /** The fork's server, which the report names after the fork was removed. */
  readonly forkServerId: string;
  readonly waitingPeriodMinutes: number;
  /** By past lockouts, in seconds; null if none was measured. */
  readonly expected: { readonly stopSeconds: number | null; readonly restartSeconds: number | null };
  readonly stage: DrillStage;
  /** When each stage was entered (ISO 8601), oldest first. */
  readonly stages: readonly { readonly stage: DrillStage; readonly at: string }[];
  readonly lockoutId: string | null;
  readonly digests: { readonly before: DatasetDigest | null; readonly after: DatasetDigest | null };
  /** A key that expires before this time (epoch milliseconds) is left out of both digests; null before the first. */
  readonly digestBound: number | null;
  /** The fork's lag behind its leader when it left it, in bytes. */
  readonly lagBytes: number | null;
  /** Whether the fork's volume could be opened while the fork was stopped; null before that was tried. */
  readonly opening: Pick<Opening, 'answer' | 'error' | 'requestId'> | null;
  /** How the change of the drill key was noticed; null in a simulated drill. */
  readonly noticed: Noticed | null;
  /** Set at the end of a real drill. */
  readonly findings?: DrillFindings;
  /** Consecutive polls in which the leader did not respond. */
  readonly silentPolls: number;
  /** The decision on the outcome; null until then. The fork is removed afterwards. */
  readonly verdict: DrillVerdict | null;
  /** The latest execution that destroys the fork; null before the removal began. */
  readonly removal: { readonly name: string; readonly at: string } | null;
  readonly startedBy: Actor;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** The number of executions; the last execution has the name `<id>-<run>`. */
  readonly run: number;
  readonly runAt: string;
  readonly version: number;
}

export interface DrillVerdict {
  readonly outcome: DrillOutcome;
  /** Null for a drill that passed. */
  readonly failure: DrillFailure | null;
  readonly detail: string | null;
}

/** What a real drill found besides its phases. */
export interface DrillFindings {
  /** Whether an event of the owner's call arrived at all; null if the drill key was never found disabled. */
  readonly isEventSeen: boolean | null;
  /** The last call of the owner that KMS refused, as CloudTrail reports it. */
  readonly refusedCall: { readonly call: 'DisableKey' | 'EnableKey'; readonly by: string } | null;
  /** The contacts of the key: how many are reachable, and the addresses whose mails bounced. */
  readonly contacts: { readonly reachable: number; readonly bounced: readonly string[] };
}

export interface Noticed {
  /** `noticedBy` of the lockout. */
  readonly by: string;
  /** From the call that disabled the key to the lockout, in seconds; null if no event names the time of the call. */
  readonly lagSeconds: number | null;
}

export const isEnded = ({ stage }: Pick<Drill, 'stage'>): boolean => stage === 'ended';
export const drillExecutionName = ({ id, run }: Pick<Drill, 'id' | 'run'>): string => `${id}-${run}`;

/** The drill in its next stage. Entering the current stage again changes nothing. */
export const enteredStage = (drill: Drill, stage: DrillStage, at: Date): Drill =>
  stage === drill.stage
    ? drill
    : {
        ...drill,
        stage,
        stages: [...drill.stages, { stage, at: at.toISOString() }],
        endedAt: stage === 'ended' ? at.toISOString() : drill.endedAt,
      };

/** The drill with its verdict, on its way to the removal of the fork. The first verdict stays. */
export const judged = (drill: Drill, verdict: DrillVerdict, at: Date): Drill =>
  isEnded(drill) ? drill : enteredStage({ ...drill, verdict: drill.verdict ?? verdict }, 'removing', at);

/** When a stage was entered; null if it was not. */
export const enteredStageAt = ({ stages }: Pick<Drill, 'stages'>, stage: DrillStage): string | null =>
  stages.findLast((each) => each.stage === stage)?.at ?? null;

/** How long a stage may take, in seconds. A drill that exceeds a limit fails, and its fork is removed. */
export const stageLimits: {
  readonly [S in DrillStage]?: { readonly seconds: number; readonly failure: DrillFailure };
} = {
  forking: { seconds: 30 * 60, failure: 'fork_failed' },
  catching_up: { seconds: 2 * 3600, failure: 'never_caught_up' },
  detaching: { seconds: 3600, failure: 'digest_failed' },
  awaiting_disable: { seconds: 3600, failure: 'key_not_disabled' },
  awaiting_enable: { seconds: 3600, failure: 'key_not_enabled' },
  restoring: { seconds: 30 * 60, failure: 'not_restored' },
  comparing: { seconds: 3600, failure: 'digest_failed' },
};

/** When the present stage ends the drill as failed (ISO 8601); null for a stage without a limit of its own. */
export function stageEndsAt(drill: Pick<Drill, 'stage' | 'stages'>): string | null {
  const since = enteredStageAt(drill, drill.stage);
  const limit = stageLimits[drill.stage];
  return since && limit ? new Date(Date.parse(since) + limit.seconds * 1000).toISOString() : null;
}

/** The lockout's limit depends on the drill's waiting period. */
export const lockingOutLimitSeconds = ({ waitingPeriodMinutes }: Pick<Drill, 'waitingPeriodMinutes'>): number =>
  (waitingPeriodMinutes + 30) * 60;
