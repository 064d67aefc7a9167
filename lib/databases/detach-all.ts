/** A database that is destroyed leaves its apps, however many they are. */
import type { App } from '#lib/apps/app.ts';
import { restartFor } from '#lib/apps/restart.ts';
import { appSaved, releaseCreated } from '#lib/store/apps.ts';
import { fitting, joined, type Part } from '#lib/store/bounds.ts';
import { againOnConflict } from '#lib/store/conflict.ts';
import { databaseSaved } from '#lib/store/databases.ts';
import type { Database } from './database.ts';
import { type ProvisionDeps, releaseOf } from './provision.ts';

export interface DetachDeps extends ProvisionDeps {
  readonly appsById: (teamId: string, ids: readonly string[]) => Promise<App[]>;
}

/** One that is destroyed loses the attachments that it still has; a database on many apps takes several transactions. May run twice. */
export const detachAll =
  (deps: DetachDeps) =>
  async ({ teamId, id }: Pick<Database, 'teamId' | 'id'>): Promise<void> => {
    const round = () =>
      againOnConflict(async () => {
        const database = await deps.databaseById(teamId, id);
        if (database?.status !== 'destroying' || database.attachments.length === 0) return null;
        return detachingSome(deps, database, { base: { changes: [] }, at: deps.now() });
      });
    let left = await round();
    while (left && left.attachments.length > 0) left = await round();
  };

/** Beside `base`, as many apps as a transaction holds lose the database, each in a release of its own. Answers it with what it has left. */
export async function detachingSome(deps: DetachDeps, database: Database, { base, at }: { base: Part; at: Date }): Promise<Database> {
  const { teamId } = database;
  const apps = await deps.appsById(teamId, [...new Set(database.attachments.map(({ appId }) => appId))]);
  const parts = apps.map((app) => detachedFrom(app, database, at));
  const gone = apps.slice(0, fitting(joined([base, { changes: [databaseSaved(database)] }]), parts)).map(({ id }) => id);
  const isLast = gone.length === apps.length;
  const left = { ...database, attachments: isLast ? [] : database.attachments.filter(({ appId }) => !gone.includes(appId)) };
  await deps.record({ teamId, at, ...joined([base, { changes: [databaseSaved(left)] }, ...parts.slice(0, gone.length)]) });
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
