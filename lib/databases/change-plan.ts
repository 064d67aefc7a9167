/** Moves a running database to another plan. Its data stays in place. */

import { assertReady } from '#lib/model/assert-ready.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database } from '#lib/model/database.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { assertDone } from '#lib/model/outcome.ts';
import type { Plan } from '#lib/model/plans.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';
import { Problem, wrongState } from '#lib/model/problem.ts';
import type { DatabaseRequest } from '#lib/model/request.ts';
import { requireDatabase } from '#lib/model/require.ts';
import { subjectOf } from './create.ts';
import { assertMemory, assertPlaintext, assertPlanFits, planOf } from './fitting.ts';
import { type ConfigureDeps, serviceSettings } from './settings.ts';

export type ChangePlanDeps = Omit<ConfigureDeps, 'fleet'> &
  Needs<'appsById' | 'databaseById'> &
  NeedsFleet<'configure' | 'measure'>;

/**
 * Throws `not_found`, `invalid_request`, `plan_unsupported`, `key_unusable`, `wrong_state`, and `unavailable` if the
 * amount of data is unknown.
 */
export const changePlan =
  (deps: ChangePlanDeps) =>
  ({ teamId, actor, database: nameOrId, plan: planName }: DatabaseRequest & { plan: string }): Promise<Database> =>
    retryOnConflict(async () => {
      const database = await requireDatabase(deps)(teamId, nameOrId);
      const plan = planOf(planName);
      if (plan.name === database.plan) return database;
      await assertReady(deps, database, { doing: 'change its plan' });
      await assertSuited(deps, database, plan);
      const changed: Database = { ...database, plan: plan.name };
      assertDone([await (await deps.fleet()).configure(database.serverId, serviceSettings(plan, database.settings))]);
      const data = { name: database.name, from: database.plan, to: plan.name };
      const entry = { type: 'PlanChanged' as const, actor, subject: subjectOf(database), data };
      await deps.commit({ teamId, at: deps.now(), changes: [databaseSaved(changed)], entries: [entry] });
      return changed;
    });

async function assertSuited(deps: ChangePlanDeps, database: Database, plan: Plan): Promise<void> {
  if (database.promotion || database.handoverTo || database.rotating)
    throw wrongState('busy', `Database ${database.name} is busy. Repeat in a moment.`);
  const appIds = new Set([database.appId, ...database.attachments.map(({ appId }) => appId)]);
  if (database.allowPlaintext) assertPlaintext(plan);
  for (const app of await deps.appsById(database.teamId, [...appIds]))
    assertPlanFits(plan, app, database.keyArn !== null);
  const leader = database.fork ? await deps.databaseById(database.teamId, database.fork.leaderId) : null;
  const advice = 'Choose a plan that is large enough, or remove data first.';
  if (leader)
    assertMemory(plan, planOf(leader.plan).memoryMb, {
      subject: `the data of its leader ${leader.name} may need`,
      advice,
    });
  if (plan.memoryMb < planOf(database.plan).memoryMb) {
    const usedMiB = Math.ceil((await usedBytes(deps, database)) / 2 ** 20);
    assertMemory(plan, usedMiB, { subject: `database ${database.name} has`, advice });
  }
}

/** Throws `unavailable`. */
async function usedBytes({ fleet }: ChangePlanDeps, { serverId, name }: Database): Promise<number> {
  const [measurement] = await (await fleet()).measure([serverId]);
  if (measurement?.usedBytes != null) return measurement.usedBytes;
  throw new Problem(
    'unavailable',
    `Database ${name} does not report its memory usage, so a smaller plan might lose data. Repeat in a moment.`,
  );
}
