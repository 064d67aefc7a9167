/**
 * The schedules, once a minute: requests the start of each drill that is due, and counts a drill as overdue whose
 * window has ended. The drill machine starts it, since that needs the key's KMS permissions.
 */
import { log } from '#lib/log.ts';
import { isRecent } from '#lib/model/clock.ts';
import { ignoreConflict } from '#lib/model/conflict.ts';
import { type DrillSchedule, scheduleActor } from '#lib/model/drill-schedule.ts';
import { drillScheduleSaved } from '#lib/model/items/drill-schedules.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { noticeOf } from '#lib/model/warnings/notices.ts';
import { nextDue, turnOf } from './due.ts';
import { skippedEntry } from './entries.ts';

export type ScheduleWatchDeps = Needs<'drillSchedules' | 'commit' | 'now'>;

/** Less than the watch's minute, so that each run requests one attempt. */
const attemptMs = 50_000;

/** A failure for one schedule does not affect others. */
export const watchDrillSchedules = (deps: ScheduleWatchDeps) => async (): Promise<void> => {
  for (const schedule of await allOf((after) => deps.drillSchedules(after))) {
    await ignoreConflict(() => look(deps, schedule)).catch((error: unknown) => {
      log.error('The drill watch failed for a schedule', { keyId: schedule.keyId, error: error as Error });
    });
  }
};

async function look(deps: ScheduleWatchDeps, schedule: DrillSchedule): Promise<void> {
  const at = deps.now();
  const turn = turnOf(schedule, at);
  if (turn === 'due') await requestStart(deps, schedule, at);
  if (turn === 'over') await countOverdue(deps, schedule, at);
}

async function requestStart({ commit }: ScheduleWatchDeps, schedule: DrillSchedule, at: Date): Promise<void> {
  const { teamId, keyId, nextAt: dueAt, attemptedAt } = schedule;
  if (attemptedAt && isRecent(attemptedAt, at, attemptMs)) return;
  const name = `${keyId}-${at.getTime()}`;
  await commit({
    teamId,
    at,
    changes: [drillScheduleSaved({ ...schedule, attemptedAt: at.toISOString() })],
    entries: [],
    effects: [{ kind: 'workflow', machine: 'drill', name, input: { teamId, keyId, dueAt } }],
  });
}

/** Sends one notice: the windows that follow until a drill starts add entries to the timeline only. */
async function countOverdue({ commit }: ScheduleWatchDeps, schedule: DrillSchedule, at: Date): Promise<void> {
  const { teamId, keyId, nextAt: dueAt, overdueSince, skipped } = schedule;
  const last = skipped?.dueAt === dueAt ? skipped : null;
  const nextAt = nextDue(schedule, null, at).toISOString();
  await commit({
    teamId,
    at,
    changes: [drillScheduleSaved({ ...schedule, nextAt, overdueSince: overdueSince ?? dueAt, attemptedAt: null })],
    entries: [
      skippedEntry(schedule, {
        reason: last?.reason ?? 'unavailable',
        detail: last?.detail ?? 'No start was attempted within the window.',
        isOverdue: true,
        actor: scheduleActor,
      }),
    ],
    effects: overdueSince ? [] : [noticeOf({ teamId, id: keyId }, 'drill_overdue', { about: dueAt })],
  });
}
