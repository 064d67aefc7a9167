/** Sets, reads and removes the drill schedule of a key. */
import { windowText } from '#lib/databases/maintenance-window.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import { type DrillPlanning, type DrillSchedule, planningOf } from '#lib/model/drill-schedule.ts';
import type { DrillMode } from '#lib/model/drill-state.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import { drillScheduleCreated, drillScheduleRemoved, drillScheduleSaved } from '#lib/model/items/drill-schedules.ts';
import { keySaved } from '#lib/model/items/keys.ts';
import type { Key } from '#lib/model/key.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { requireKey } from '#lib/model/require.ts';
import { type DrillKeyDeps, drillKeyArn, requireDrillKey } from './drill-key.ts';
import { nextDue } from './due.ts';

type ReadDeps = Needs<'keyById' | 'drillScheduleOf'>;
export type DrillScheduleDeps = ReadDeps & Needs<'commit' | 'now'>;

interface KeyRequest {
  readonly teamId: string;
  readonly key: string;
}

export interface DrillScheduleRequest extends KeyRequest, Omit<DrillPlanning, 'drillKey'> {
  readonly actor: Actor;
  readonly mode: DrillMode;
  /** The full ARN of the drill key; required in the mode `real`, refused in the mode `simulated`. */
  readonly drillKey?: string | undefined;
}

/** Throws `not_found` for a key that is not the team's, and for a key without a schedule. */
export const readDrillSchedule =
  (deps: ReadDeps) =>
  async ({ teamId, key: id }: KeyRequest): Promise<DrillSchedule> =>
    (await requireSchedule(deps, { teamId, key: id })).schedule;

async function requireSchedule(deps: ReadDeps, { teamId, key: id }: KeyRequest) {
  const key = await requireKey(deps)(teamId, id);
  const schedule = await deps.drillScheduleOf(key.id);
  if (schedule) return { key, schedule };
  throw new Problem(
    'not_found',
    `The key ${key.arn} has no drill schedule. Set one with PUT /v1/keys/${key.id}/drill-schedule.`,
  );
}

/**
 * Replaces the schedule; the same schedule again changes nothing. The period counts from the last start, also if
 * another schedule started that drill. A drill key is checked with KMS first, as it is at the start of each drill.
 * Throws `not_found`, and what `requireDrillKey` throws; nothing is stored then.
 */
export const setDrillSchedule =
  (deps: DrillScheduleDeps & DrillKeyDeps) =>
  async ({ teamId, key: id, actor, ...request }: DrillScheduleRequest): Promise<DrillSchedule> => {
    const drillKey = drillKeyArn(request, await requireKey(deps)(teamId, id));
    if (drillKey !== null) await requireDrillKey(deps)({ teamId, arn: drillKey, actor });
    return retryOnConflict(async () => {
      const key = await requireKey(deps)(teamId, id);
      const planning = planningOf({ ...request, drillKey });
      const before = await deps.drillScheduleOf(key.id);
      if (before && JSON.stringify(planningOf(before)) === JSON.stringify(planning)) return before;
      const at = deps.now();
      const schedule = scheduled(key, planning, { before, at });
      await deps.commit({
        teamId,
        at,
        changes: [
          before ? drillScheduleSaved(schedule) : drillScheduleCreated(schedule),
          keySaved({ ...key, drillEvery: planning.every }),
        ],
        entries: [changedEntry(key, schedule, actor)],
      });
      return schedule;
    });
  };

interface Replaced {
  readonly before: DrillSchedule | null;
  readonly at: Date;
}

function scheduled(key: Key, planning: DrillPlanning, { before, at }: Replaced): DrillSchedule {
  const lastStartedAt = before?.lastStartedAt ?? null;
  return {
    ...planning,
    teamId: key.teamId,
    keyId: key.id,
    keyArn: key.arn,
    nextAt: nextDue(planning, lastStartedAt, at).toISOString(),
    overdueSince: before?.overdueSince ?? null,
    lastStartedAt,
    attemptedAt: null,
    skipped: null,
    version: before?.version ?? 1,
  };
}

/** A drill under way goes on. Throws `not_found`. */
export const removeDrillSchedule =
  (deps: DrillScheduleDeps) =>
  ({ teamId, key: id, actor }: KeyRequest & { readonly actor: Actor }): Promise<void> =>
    retryOnConflict(async () => {
      const { key, schedule } = await requireSchedule(deps, { teamId, key: id });
      const { drillEvery: _removed, ...unscheduled } = key;
      await deps.commit({
        teamId,
        at: deps.now(),
        changes: [drillScheduleRemoved(schedule), keySaved(unscheduled)],
        entries: [changedEntry(key, null, actor)],
      });
    });

const changedEntry = ({ id, arn }: Key, schedule: DrillSchedule | null, actor: Actor): NewEntry => ({
  type: 'DrillScheduleChanged',
  actor,
  subject: { keyId: id },
  data: {
    arn,
    schedule: schedule && {
      mode: schedule.mode,
      every: schedule.every,
      window: windowText(schedule.window),
      owner: schedule.owner,
      nextAt: schedule.nextAt,
    },
  },
});
