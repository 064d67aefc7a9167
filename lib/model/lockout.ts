/** One episode of a key being unusable, from noticing to restored. */
import type { Cause } from './key.ts';
import type { LockoutState } from './lockout-state.ts';
import type { MachineName } from './outbox-message.ts';
import type { PresentCause } from './remedy.ts';

export interface Lockout {
  readonly id: string;
  readonly teamId: string;
  readonly keyId: string;
  readonly keyArn: string;
  readonly state: LockoutState;
  /** The cause that opened the lockout. */
  readonly cause: Cause;
  /** The cause that the last check of the unusable key found; not set in rows from before it was stored. */
  readonly present?: PresentCause;
  /** The number of changes of `present`. */
  readonly causeChanges?: number;
  /** Since when the key is usable again while its databases are still being stopped (ISO 8601). */
  readonly usableSince?: string | null;
  readonly openedAt: string;
  /** When the waiting period ends. */
  readonly deadline: string;
  /** Which way the key's change reached us first. */
  readonly noticedBy: string;
  /** When each state was entered, oldest first. */
  readonly steps: readonly { readonly state: LockoutState; readonly at: string }[];
  /** The number of executions; the last execution has the name `<id>-<run>`. */
  readonly run: number;
  /** When that execution was requested. */
  readonly runAt: string;
  /** The current state machine; null if none is needed. */
  readonly machine: MachineName | null;
  /** Counts the changes from restoring back to stopping, each of which has its own notices. */
  readonly round: number;
  /** Set for the lockout of a drill. */
  readonly drill?: LockoutOfDrill;
  readonly version: number;
}

/** A lockout of a drill's fork alone. */
export interface LockoutOfDrill {
  readonly drillId: string;
  readonly databaseId: string;
  /** The key whose revocation is rehearsed; its contacts are notified. */
  readonly keyId: string;
  /**
   * The verdict that stands for a check of the key in a simulated drill; null in a real drill, which checks the key.
   */
  readonly verdict: 'usable' | 'unusable' | null;
}

export const isOver = (state: LockoutState): boolean => state === 'restored' || state === 'cancelled';

/** Whether a newer execution has replaced this one, which must not change the lockout any more. */
export const isSuperseded = (lockout: Pick<Lockout, 'run'>, run: number): boolean => lockout.run !== run;
export const executionName = ({ id, run }: Pick<Lockout, 'id' | 'run'>): string => `${id}-${run}`;

/** Whether the lockout holds a drill's fork alone, instead of its key's databases. */
export const isOfFork = ({ drill }: Pick<Lockout, 'drill'>): boolean => drill?.verdict != null;

/** The subject of the lockout's timeline entries. */
export const subjectOf = ({ id, keyId, drill }: Lockout) => ({
  lockoutId: id,
  keyId,
  ...(drill ? { drillId: drill.drillId } : {}),
});
