/** Performs maintenance that was started, and starts maintenance that is due. */

import { log } from '#lib/log.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { PastMaintenance } from '#lib/model/database.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import type { Outcome } from '#lib/model/fleet.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { type Due, maintenanceUnscheduled } from '#lib/model/items/maintenances.ts';
import type { Page } from '#lib/model/page.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';
import { type Code, Problem, Transient } from '#lib/model/problem.ts';
import { subjectOf } from './create.ts';
import { type MaintenanceDeps, runMaintenance, scheduleMaintenance } from './maintenance.ts';
import { maintenanceResult } from './maintenance-result.ts';
import type { DatabaseRef } from './provision.ts';

export type MaintainDeps = MaintenanceDeps & Needs<'databaseById'> & NeedsFleet<'restartServices'>;

const workflowActor: Actor = { kind: 'workflow', id: 'maintenance' };
/** How many past maintenances a database keeps. */
const maxPast = 20;

/** Idempotent. Throws `Transient` until the service runs again. */
export const maintain =
  (deps: MaintainDeps) =>
  async (ref: DatabaseRef): Promise<void> => {
    const database = await deps.databaseById(ref.teamId, ref.databaseId);
    if (!database?.maintenance?.startedAt) return;
    const [outcome] = await (await deps.fleet()).restartServices([database.serverId]);
    const end: MaintenanceOutcome = {
      failure: failureDetail(outcome),
      versions: outcome?.state === 'done' ? outcome.proof?.versions : undefined,
    };
    await retryOnConflict(() => recordEnd(deps, ref, end));
  };

/** Null if the maintenance succeeded. Throws `Transient` for a failure that may pass. */
function failureDetail(outcome: Outcome | undefined): string | null {
  if (outcome?.state === 'done') return null;
  if (outcome?.state !== 'failed') throw new Transient('The service is not running yet');
  if (outcome.reason === 'unavailable') throw new Transient(outcome.detail);
  return outcome.detail;
}

interface MaintenanceOutcome {
  readonly failure: string | null;
  readonly versions: PastMaintenance['versions'] | undefined;
}

async function recordEnd(
  deps: MaintainDeps,
  { teamId, databaseId }: DatabaseRef,
  end: MaintenanceOutcome,
): Promise<void> {
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
    past: [past, ...(maintenance.past ?? [])].slice(0, maxPast),
  };
  const about = { actor: workflowActor, subject: subjectOf(database) };
  const entry: NewEntry = failure
    ? { type: 'MaintenanceFailed', ...about, data: { name, detail: failure } }
    : { type: 'MaintenanceCompleted', ...about, data: { name, ...versions, result: maintenanceResult(past) ?? '' } };
  await deps.commit({ teamId, at, changes: [databaseSaved({ ...database, maintenance: next })], entries: [entry] });
}

export type DueDeps = MaintenanceDeps & Needs<'databaseById' | 'scheduledMaintenances'>;

const sweepActor: Actor = { kind: 'sweep', id: 'maintenance' };

/**
 * Starts due maintenances. Postpones by a week what cannot be maintained now, such as a database under a locked-out
 * key.
 */
export const beginDueMaintenances = (deps: DueDeps) => async (): Promise<void> => {
  let after: string | null = null;
  do {
    const page: Page<Due> = await deps.scheduledMaintenances(after);
    const due = page.items.filter(({ scheduledFor }) => Date.parse(scheduledFor) <= deps.now().getTime());
    for (const each of due) {
      await startDue(deps, each).catch((error: unknown) => {
        log.error('A maintenance could not be started', { databaseId: each.databaseId, error: error as Error });
      });
    }
    after = due.length < page.items.length ? null : page.cursor;
  } while (after);
};

/** Problems that may have passed by the next week. */
const postponing: readonly Code[] = ['key_unusable', 'key_degraded', 'wrong_state'];

async function startDue(deps: DueDeps, due: Due): Promise<void> {
  const { teamId, databaseId } = due;
  const database = await deps.databaseById(teamId, databaseId);
  if (database?.maintenance?.scheduledFor !== due.scheduledFor) {
    await deps.commit({ teamId, at: deps.now(), changes: [maintenanceUnscheduled(due)] });
    return;
  }
  const request = { teamId, actor: sweepActor, database: databaseId };
  try {
    await runMaintenance(deps)(request);
  } catch (error) {
    if (!(error instanceof Problem) || !postponing.includes(error.code)) throw error;
    await scheduleMaintenance(deps)({ ...request, weeks: 1 });
  }
}
