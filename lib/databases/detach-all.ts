/** Detaches a database that is being destroyed from all its apps. */

import { restartFor } from '#lib/apps/restart.ts';
import { type App, nextRelease } from '#lib/model/app.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database } from '#lib/model/database.ts';
import { appSaved, releaseCreated } from '#lib/model/items/apps.ts';
import { fitting, joined, type Part } from '#lib/model/items/bounds.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import type { Needs } from '#lib/model/ports.ts';
import type { ProvisionDeps } from './provision.ts';

export type DetachDeps = ProvisionDeps & Needs<'appsById'>;

/** Removes the remaining attachments, in several transactions if there are many. Idempotent. */
export const detachAll =
  (deps: DetachDeps) =>
  async ({ teamId, id }: Pick<Database, 'teamId' | 'id'>): Promise<void> => {
    const detachBatch = () =>
      retryOnConflict(async () => {
        const database = await deps.databaseById(teamId, id);
        if (database?.status !== 'destroying' || database.attachments.length === 0) return null;
        return detachBatchWith(deps, database, { base: { changes: [] }, at: deps.now() });
      });
    let remaining = await detachBatch();
    while (remaining && remaining.attachments.length > 0) remaining = await detachBatch();
  };

/**
 * Commits `base` and detaches as many apps as fit into the same transaction, each with a release of its own. Returns
 * the database with its remaining attachments.
 */
export async function detachBatchWith(
  deps: DetachDeps,
  database: Database,
  { base, at }: { base: Part; at: Date },
): Promise<Database> {
  const { teamId } = database;
  const apps = await deps.appsById(teamId, [...new Set(database.attachments.map(({ appId }) => appId))]);
  const parts = apps.map((app) => detachPart(app, database, at));
  const detachedIds = apps
    .slice(0, fitting(joined([base, { changes: [databaseSaved(database)] }]), parts))
    .map(({ id }) => id);
  const isLast = detachedIds.length === apps.length;
  const remaining = {
    ...database,
    attachments: isLast ? [] : database.attachments.filter(({ appId }) => !detachedIds.includes(appId)),
  };
  await deps.commit({
    teamId,
    at,
    ...joined([base, { changes: [databaseSaved(remaining)] }, ...parts.slice(0, detachedIds.length)]),
  });
  return remaining;
}

/** Removes the attachment from the app, and with it the config var. */
function detachPart(app: App, { id, name, teamId }: Database, at: Date): Part {
  const release = nextRelease(app, { description: `Detach ${name}`, by: 'provision-database', at });
  const attachments = app.attachments.filter(({ databaseId }) => databaseId !== id);
  return {
    changes: [appSaved({ ...app, attachments, release: release.version }), releaseCreated(teamId, release)],
    effects: [restartFor(app, release.version)],
  };
}
