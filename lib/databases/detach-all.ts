/** Detaches a database that is being destroyed from all its apps. */

import { restartFor } from '#lib/apps/restart.ts';
import type { App } from '#lib/model/app.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database } from '#lib/model/database.ts';
import { appSaved, releaseCreated } from '#lib/model/items/apps.ts';
import { fitting, joined, type Part } from '#lib/model/items/bounds.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import type { Needs } from '#lib/model/ports.ts';
import { type ProvisionDeps, releaseOf } from './provision.ts';

export type DetachDeps = ProvisionDeps & Needs<'appsById'>;

/** Removes the remaining attachments, in several transactions if there are many. Idempotent. */
export const detachAll =
  (deps: DetachDeps) =>
  async ({ teamId, id }: Pick<Database, 'teamId' | 'id'>): Promise<void> => {
    const round = () =>
      retryOnConflict(async () => {
        const database = await deps.databaseById(teamId, id);
        if (database?.status !== 'destroying' || database.attachments.length === 0) return null;
        return detachingSome(deps, database, { base: { changes: [] }, at: deps.now() });
      });
    let left = await round();
    while (left && left.attachments.length > 0) left = await round();
  };

/**
 * Commits `base` and detaches as many apps as fit into the same transaction, each with a release of its own. Returns
 * the database with its remaining attachments.
 */
export async function detachingSome(
  deps: DetachDeps,
  database: Database,
  { base, at }: { base: Part; at: Date },
): Promise<Database> {
  const { teamId } = database;
  const apps = await deps.appsById(teamId, [...new Set(database.attachments.map(({ appId }) => appId))]);
  const parts = apps.map((app) => detachedFrom(app, database, at));
  const gone = apps
    .slice(0, fitting(joined([base, { changes: [databaseSaved(database)] }]), parts))
    .map(({ id }) => id);
  const isLast = gone.length === apps.length;
  const left = {
    ...database,
    attachments: isLast ? [] : database.attachments.filter(({ appId }) => !gone.includes(appId)),
  };
  await deps.commit({
    teamId,
    at,
    ...joined([base, { changes: [databaseSaved(left)] }, ...parts.slice(0, gone.length)]),
  });
  return left;
}

/** The app loses the attachment, and so the config var. */
function detachedFrom(app: App, { id, name, teamId }: Database, at: Date): Part {
  const release = releaseOf(app, `Detach ${name}`, at);
  const attachments = app.attachments.filter(({ databaseId }) => databaseId !== id);
  return {
    changes: [appSaved({ ...app, attachments, release: release.version }), releaseCreated(teamId, release)],
    effects: [restartFor(app, release.version)],
  };
}
