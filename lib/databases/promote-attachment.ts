/** The moment that an app's `REDIS_URL` changes its meaning: one transaction over both databases, the app and its release. */

import { primaryName } from '#lib/apps/attachment-name.ts';
import { restartFor } from '#lib/apps/restart.ts';
import { type App, configVarOf, type Release } from '#lib/model/app.ts';
import type { Database } from '#lib/model/database.ts';
import { appSaved, releaseCreated } from '#lib/model/items/apps.ts';
import type { Change } from '#lib/model/items/change.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { subjectOf } from './create.ts';
import { holderIdOf, placed } from './placing.ts';
import { actor, type Case, step } from './promote-steps.ts';

/**
 * Gives the promoted database the app's primary name; its other names stay, and the previous holder keeps its database under a fresh one.
 * If the app was destroyed in the meantime, the database becomes a leader and nothing else changes.
 */
export const moveAttachment = step(['leading'], async (deps, found) => {
  const { teamId, name } = found.database;
  const app = await deps.findApp(teamId, found.promotion.appId);
  const moved = { ...promoted(found), promotion: { ...found.promotion, stage: 'moved' as const } };
  if (!app) return deps.commit({ teamId, at: deps.now(), changes: [databaseSaved(moved)], entries: [] });
  const at = deps.now();
  const holderId = holderIdOf(app, primaryName);
  const [holder = null] = holderId && holderId !== moved.id ? await deps.databasesById(teamId, [holderId]) : [];
  const release = {
    version: app.release + 1,
    appId: app.id,
    description: `Promote ${name}`,
    by: actor.id,
    createdAt: at.toISOString(),
  };
  const { changes, fresh } =
    holderId === moved.id
      ? unmoved(moved, app, release)
      : placed({ database: moved, app, name: primaryName, holder, release });
  const before = holder ? { database: holder.name, configVar: configVarOf(fresh) } : null;
  const data = { name, configVar: configVarOf(primaryName), before, release: release.version };
  await deps.commit({
    teamId,
    at,
    changes,
    entries: [{ type: 'AttachmentMoved', actor, subject: { ...subjectOf(moved), appId: app.id }, data }],
    effects: [restartFor(app, release.version)],
  });
});

/** A locked-out database keeps its status: it will serve when its key is back. */
const promoted = ({ database }: Case): Database => ({
  ...database,
  fork: null,
  status: database.status === 'following' ? 'available' : database.status,
});

/** The database has the primary name already: the app gets a release, and every name stays where it is. */
const unmoved = (database: Database, app: App, release: Release): { changes: Change[]; fresh: string } => ({
  changes: [
    databaseSaved(database),
    appSaved({ ...app, release: release.version }),
    releaseCreated(app.teamId, release),
  ],
  fresh: primaryName,
});
