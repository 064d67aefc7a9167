/**
 * Maintenance saves a database's service and restarts it with the newest version that its server has. It runs at its
 * scheduled time, within the database's window, or on request.
 */

import { type AssertReadyDeps, assertReady } from '#lib/model/assert-ready.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database, Maintenance, MaintenanceWindow } from '#lib/model/database.ts';
import type { NewEntry } from '#lib/model/entry.ts';
import type { Change } from '#lib/model/items/change.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { maintenanceScheduled, maintenanceUnscheduled } from '#lib/model/items/maintenances.ts';
import { neededActions } from '#lib/model/key.ts';
import type { OutboxMessage } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';
import { invalidValue, wrongState } from '#lib/model/problem.ts';
import type { DatabaseRequest } from '#lib/model/request.ts';
import { requireDatabase } from '#lib/model/require.ts';
import { assertNotPromoting } from './attach.ts';
import { subjectOf } from './create.ts';
import { nextWindow, windowOf, windowText } from './maintenance-window.ts';

export type MaintenanceDeps = AssertReadyDeps & Needs<'findDatabase' | 'commit' | 'now'>;

/** Keeps the time of a scheduled maintenance. Throws `not_found`. */
export const setMaintenanceWindow =
  (deps: MaintenanceDeps) =>
  (request: DatabaseRequest & { readonly window: MaintenanceWindow }): Promise<Database> =>
    changeMaintenance(deps, request, async (database) => ({
      maintenance: { ...database.maintenance, window: request.window },
      changes: [],
      entry: { type: 'MaintenanceWindowChanged', data: { name: database.name, window: windowText(request.window) } },
    }));

/**
 * Moves a schedule by `weeks`; without a schedule, chooses the first window after as many weeks. Throws `not_found`,
 * `wrong_state`, `invalid_request`.
 */
export const scheduleMaintenance =
  (deps: MaintenanceDeps) =>
  (request: DatabaseRequest & { readonly weeks: number }): Promise<{ database: Database; before: string | null }> => {
    let before: string | null = null;
    const scheduled = changeMaintenance(deps, request, async (database) => {
      assertNoMaintenance(database);
      before = database.maintenance?.scheduledFor ?? null;
      const scheduledFor = timeFor(database, request.weeks, deps.now()).toISOString();
      return {
        maintenance: { ...database.maintenance, scheduledFor },
        changes:
          before === scheduledFor
            ? []
            : [...scheduleRemovals(database), maintenanceScheduled({ ...refOf(database), scheduledFor })],
        entry: { type: 'MaintenanceScheduled', data: { name: database.name, scheduledFor } },
      };
    });
    return scheduled.then((database) => ({ database, before }));
  };

function timeFor(database: Database, weeks: number, now: Date): Date {
  const before = database.maintenance?.scheduledFor;
  const from = before ? new Date(Date.parse(before) + weeks * 7 * 24 * 3_600_000) : now;
  const time = nextWindow(windowOf(database), from, before ? 0 : weeks);
  if (Math.abs(weeks) <= 52 && time.getTime() > now.getTime() - 4 * 3_600_000) return time;
  throw invalidValue(
    '/weeks',
    'Maintenance can be scheduled for a future time only, at most a year ahead.',
    'Out of range',
  );
}

/** Starts it now. Throws `not_found`, `key_unusable`, `wrong_state`. */
export const runMaintenance =
  (deps: MaintenanceDeps) =>
  (request: DatabaseRequest): Promise<Database> =>
    changeMaintenance(deps, request, async (database) => {
      assertNoMaintenance(database);
      await assertReady(deps, database, { doing: 'be maintained', needs: neededActions });
      assertNotPromoting(database);
      return {
        maintenance: { ...database.maintenance, startedAt: deps.now().toISOString() },
        changes: scheduleRemovals(database),
        entry: { type: 'MaintenanceStarted', data: { name: database.name } },
        effects: [{ kind: 'maintenance', maintenance: refOf(database) }],
      };
    });

type Entry = Extract<NewEntry, { type: 'MaintenanceWindowChanged' | 'MaintenanceScheduled' | 'MaintenanceStarted' }>;
type MaintenanceEntry = { [T in Entry['type']]: Pick<Extract<Entry, { type: T }>, 'type' | 'data'> }[Entry['type']];

interface MaintenanceChange {
  readonly maintenance: Maintenance;
  readonly changes: readonly Change[];
  readonly entry: MaintenanceEntry;
  readonly effects?: readonly OutboxMessage[];
}

const changeMaintenance = (
  deps: MaintenanceDeps,
  { teamId, actor, database: nameOrId }: DatabaseRequest,
  change: (database: Database) => Promise<MaintenanceChange>,
): Promise<Database> =>
  retryOnConflict(async () => {
    const database = await requireDatabase(deps)(teamId, nameOrId);
    const { maintenance, changes, entry, effects = [] } = await change(database);
    const saved: Database = { ...database, maintenance };
    const fullEntry: NewEntry = { ...entry, actor, subject: subjectOf(database) };
    await deps.commit({
      teamId,
      at: deps.now(),
      changes: [databaseSaved(saved), ...changes],
      entries: [fullEntry],
      effects,
    });
    return saved;
  });

function assertNoMaintenance({ name, maintenance }: Database): void {
  if (maintenance?.startedAt) throw wrongState('maintenance', `Maintenance of database ${name} is under way.`);
}

const refOf = ({ teamId, id }: Database) => ({ teamId, databaseId: id });

const scheduleRemovals = (database: Database): Change[] => {
  const scheduledFor = database.maintenance?.scheduledFor;
  return scheduledFor ? [maintenanceUnscheduled({ ...refOf(database), scheduledFor })] : [];
};
