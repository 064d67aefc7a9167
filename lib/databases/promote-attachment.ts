/** The moment that an app's `REDIS_URL` changes its meaning: one transaction over both databases, the app and its release. */
import type { App } from '#lib/apps/app.ts';
import { configVarOf } from '#lib/apps/app.ts';
import { freeColour, primaryName } from '#lib/apps/attachment-name.ts';
import { restartFor } from '#lib/apps/restart.ts';
import { appSaved, releaseCreated } from '#lib/store/apps.ts';
import type { Change } from '#lib/store/commit.ts';
import { databaseSaved } from '#lib/store/databases.ts';
import { subjectOf } from './create.ts';
import type { Database } from './database.ts';
import { actor, type Case, step } from './promote-steps.ts';

/** An app that is gone meanwhile changes nothing: the database is a leader all the same. */
export const moveAttachment = step(['leading'], async (deps, found) => {
  const { teamId, name } = found.database;
  const app = await deps.findApp(teamId, found.promotion.appId);
  const moved = { ...promoted(found), promotion: { ...found.promotion, stage: 'moved' as const } };
  if (!app) return deps.record({ teamId, at: deps.now(), changes: [databaseSaved(moved)], entries: [] });
  const at = deps.now();
  const holderId = app.attachments.find((each) => each.name === primaryName)?.databaseId;
  const [holder] = holderId && holderId !== moved.id ? await deps.databasesById(teamId, [holderId]) : [];
  const fresh = freeColour(app);
  const release = { version: app.release + 1, appId: app.id, description: `Promote ${name}`, by: actor.id, createdAt: at.toISOString() };
  const attached: Database = { ...moved, attachments: [...elsewhere(moved, app), { appId: app.id, name: primaryName }] };
  const changes: Change[] = [
    databaseSaved(attached),
    ...(holder ? [databaseSaved(renamed(holder, app, fresh))] : []),
    appSaved({ ...app, release: release.version, attachments: swapped(app, { databaseId: moved.id, fresh }) }),
    releaseCreated(teamId, release),
  ];
  const before = holder ? { database: holder.name, configVar: configVarOf(fresh) } : null;
  const data = { name, configVar: configVarOf(primaryName), before, release: release.version };
  await deps.record({
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

/** What a database is attached as, besides its names on this app. */
const elsewhere = ({ attachments }: Database, app: App) => attachments.filter(({ appId }) => appId !== app.id);

const renamed = (holder: Database, app: App, fresh: string): Database => ({
  ...holder,
  attachments: holder.attachments.map((each) => (each.appId === app.id && each.name === primaryName ? { ...each, name: fresh } : each)),
});

/** The primary name is the promoted database's only name, and what had it has a fresh one: no other name changes its meaning. */
function swapped({ attachments }: App, { databaseId, fresh }: { databaseId: string; fresh: string }): App['attachments'] {
  const others = attachments.filter((each) => each.databaseId !== databaseId);
  return [{ name: primaryName, databaseId }, ...others.map((each) => (each.name === primaryName ? { ...each, name: fresh } : each))];
}
