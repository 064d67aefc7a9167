/** Doing maintenance that has begun, and beginning what is due. */

import { log } from '#lib/log.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { PastMaintenance } from '#lib/model/database.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import type { Outcome } from '#lib/model/fleet.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { type Due, maintenanceUnscheduled } from '#lib/model/items/maintenances.ts';
import type { Page } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem, Transient } from '#lib/model/problem.ts';
import { subjectOf } from './create.ts';
import { type MaintenanceDeps, runMaintenance, scheduleMaintenance } from './maintenance.ts';
import { maintenanceResult } from './maintenance-result.ts';
import type { DatabaseRef } from './provision.ts';

export type MaintainDeps = MaintenanceDeps & Needs<'databaseById' | 'fleet'>;

const worker: Actor = { kind: 'workflow', id: 'maintenance' };
/** So many are kept. */
const kept = 20;

/** May run twice. Throws `Transient` while the service is not back yet. */
export const maintain =
  (deps: MaintainDeps) =>
  async (ref: DatabaseRef): Promise<void> => {
    const database = await deps.databaseById(ref.teamId, ref.databaseId);
    if (!database?.maintenance?.startedAt) return;
    const [outcome] = await (await deps.fleet()).restartServices([database.serverId]);
    const end: End = {
      failure: failureIn(outcome),
      versions: outcome?.state === 'done' ? outcome.proof?.versions : undefined,
    };
    await retryOnConflict(() => ended(deps, ref, end));
  };

/** Null: it went well. */
function failureIn(outcome: Outcome | undefined): string | null {
  if (outcome?.state === 'done') return null;
  if (outcome?.state !== 'failed') throw new Transient('The service is not back yet');
  if (outcome.reason === 'unavailable') throw new Transient(outcome.detail);
  return outcome.detail;
}

interface End {
  readonly failure: string | null;
  readonly versions: PastMaintenance['versions'] | undefined;
}

async function ended(deps: MaintainDeps, { teamId, databaseId }: DatabaseRef, end: End): Promise<void> {
  const database = await deps.databaseById(teamId, databaseId);
  if (!database?.maintenance?.startedAt) return;
  const { maintenance, name, status } = database;
  const failure =
    end.failure ?? (status === 'available' || status === 'following' ? null : `It is ${status}: nothing was done.`);
  const at = deps.now();
  const startedAt = database.maintenance.startedAt;
  const versions = failure || !end.versions ? {} : { versions: end.versions };
  const past: PastMaintenance = {
    scheduledFor: maintenance.scheduledFor ?? null,
    startedAt,
    endedAt: at.toISOString(),
    failure,
    ...versions,
  };
  const next = {
    ...maintenance,
    scheduledFor: null,
    startedAt: null,
    past: [past, ...(maintenance.past ?? [])].slice(0, kept),
  };
  const about = { actor: worker, subject: subjectOf(database) };
  const entry: NewEntry = failure
    ? { type: 'MaintenanceFailed', ...about, data: { name, detail: failure } }
    : { type: 'MaintenanceCompleted', ...about, data: { name, ...versions, result: maintenanceResult(past) ?? '' } };
  await deps.commit({ teamId, at, changes: [databaseSaved({ ...database, maintenance: next })], entries: [entry] });
}

export type DueDeps = MaintainDeps & Needs<'scheduledMaintenances'>;

const sweeper: Actor = { kind: 'sweep', id: 'maintenance' };

/** Begins what is due. What cannot be maintained now, as under a locked-out key, waits a week. */
export const beginDueMaintenances = (deps: DueDeps) => async (): Promise<void> => {
  let after: string | null = null;
  do {
    const page: Page<Due> = await deps.scheduledMaintenances(after);
    const due = page.items.filter(({ scheduledFor }) => Date.parse(scheduledFor) <= deps.now().getTime());
    for (const each of due) {
      await beginOne(deps, each).catch((error: unknown) => {
        log.error('A maintenance could not be begun', { databaseId: each.databaseId, error: error as Error });
      });
    }
    after = due.length < page.items.length ? null : page.cursor;
  } while (after);
};

async function beginOne(deps: DueDeps, due: Due): Promise<void> {
  const { teamId, databaseId } = due;
  const database = await deps.databaseById(teamId, databaseId);
  if (database?.maintenance?.scheduledFor !== due.scheduledFor) {
    await deps.commit({ teamId, at: deps.now(), changes: [maintenanceUnscheduled(due)], entries: [] });
    return;
  }
  const request = { teamId, actor: sweeper, database: databaseId };
  try {
    await runMaintenance(deps)(request);
  } catch (error) {
    if (!(error instanceof Problem) || (error.code !== 'key_unusable' && error.code !== 'wrong_state')) throw error;
    await scheduleMaintenance(deps)({ ...request, weeks: 1 });
  }
}
