/** Starts the drill that a schedule names, once per due time. */
import { retryOnConflict } from '#lib/model/conflict.ts';
import { type DrillSchedule, scheduleActor } from '#lib/model/drill-schedule.ts';
import { drillScheduleSaved } from '#lib/model/items/drill-schedules.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { nextDue, turnOf } from './due.ts';
import { skippedEntry } from './entries.ts';
import { type StartDrillDeps, startDrill } from './start.ts';

export type StartScheduledDeps = StartDrillDeps & Needs<'drillScheduleOf'>;

export interface DueDrill {
  readonly teamId: string;
  readonly keyId: string;
  /** `nextAt` of the schedule when the start was requested. */
  readonly dueAt: string;
}

export interface ScheduledStart {
  /** `outdated`: the schedule was changed, its drill has started already, or the window has ended. */
  readonly result: 'started' | 'skipped' | 'outdated';
}

/**
 * One commit starts the drill and moves the schedule to its next due time, so that a repeated or concurrent start has
 * no effect. A refusal is recorded. Rejects with `Transient` while a service that it needs is unavailable.
 */
export const startScheduled =
  (deps: StartScheduledDeps) =>
  (due: DueDrill): Promise<ScheduledStart> =>
    retryOnConflict(async () => {
      const schedule = await deps.drillScheduleOf(due.keyId);
      const at = deps.now();
      return schedule && isItsTurn(schedule, due, at) ? startOrSkip(deps, schedule, at) : { result: 'outdated' };
    });

async function startOrSkip(deps: StartScheduledDeps, schedule: DrillSchedule, at: Date): Promise<ScheduledStart> {
  try {
    await start(deps, schedule, at);
    return { result: 'started' };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await skip(deps, schedule, { problem: error, at });
    return { result: 'skipped' };
  }
}

const isItsTurn = (schedule: DrillSchedule, { teamId, dueAt }: DueDrill, at: Date): boolean =>
  schedule.teamId === teamId && schedule.nextAt === dueAt && turnOf(schedule, at) === 'due';

const isRefusal = (error: unknown): error is Problem => error instanceof Problem && error.code !== 'version_mismatch';

async function start(deps: StartScheduledDeps, schedule: DrillSchedule, at: Date): Promise<void> {
  const { teamId, keyId, mode, drillKey } = schedule;
  const lastStartedAt = at.toISOString();
  const moved: DrillSchedule = {
    ...schedule,
    nextAt: nextDue(schedule, lastStartedAt, at).toISOString(),
    overdueSince: null,
    lastStartedAt,
    attemptedAt: null,
    skipped: null,
  };
  const request = { teamId, key: keyId, actor: scheduleActor, mode, drillKey: drillKey ?? undefined };
  await startDrill(deps)(request, [drillScheduleSaved(moved)]);
}

interface Refusal {
  readonly problem: Problem;
  readonly at: Date;
}

/** The watch attempts it again in a minute; the timeline has each reason once in a window. */
async function skip({ commit }: StartScheduledDeps, schedule: DrillSchedule, { problem, at }: Refusal): Promise<void> {
  const { nextAt: dueAt, skipped } = schedule;
  const { code: reason, message: detail } = problem;
  if (skipped?.dueAt === dueAt && skipped.reason === reason && skipped.detail === detail) return;
  await commit({
    teamId: schedule.teamId,
    at,
    changes: [drillScheduleSaved({ ...schedule, skipped: { dueAt, at: at.toISOString(), reason, detail } })],
    entries: [skippedEntry(schedule, { reason, detail, isOverdue: false, actor: scheduleActor })],
  });
}
