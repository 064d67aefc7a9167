/** A key's drill schedule: how often a drill of the key starts, in which weekly window, and who is responsible. */
import type { MaintenanceWindow } from './database.ts';
import type { DrillMode, DrillPeriod } from './drill-state.ts';
import type { Actor } from './entry.ts';
import type { Code } from './problem.ts';

/** What a team sets. */
export interface DrillPlanning {
  readonly mode: DrillMode;
  readonly every: DrillPeriod;
  readonly window: MaintenanceWindow;
  /** The email address of the person who is responsible for the drills. */
  readonly owner: string;
  /** The full ARN of the key that its owner disables; null in the mode `simulated`. */
  readonly drillKey: string | null;
}

export interface DrillSchedule extends DrillPlanning {
  readonly teamId: string;
  readonly keyId: string;
  readonly keyArn: string;
  /** The start of the window in which the next drill is due (ISO 8601). */
  readonly nextAt: string;
  /** The first due time since the last start whose window ended without a drill (ISO 8601). */
  readonly overdueSince: string | null;
  readonly lastStartedAt: string | null;
  /** When an execution was last requested to start the drill (ISO 8601); null before the first within a window. */
  readonly attemptedAt: string | null;
  /** The last refused start. */
  readonly skipped: SkippedStart | null;
  readonly version: number;
}

export interface SkippedStart {
  /** The due time (ISO 8601). */
  readonly dueAt: string;
  readonly at: string;
  readonly reason: Code;
  readonly detail: string;
}

export const planningOf = ({ mode, every, window, owner, drillKey }: DrillPlanning): DrillPlanning => ({
  mode,
  every,
  window: { day: window.day, time: window.time },
  owner,
  drillKey,
});

/** The actor of what a schedule starts. */
export const scheduleActor: Actor = { kind: 'workflow', id: 'drill-schedule' };
