/** Switches an app's `REDIS_URL`, in one transaction over both databases, the app and its release. */

import { primaryName } from '#lib/apps/attachment-name.ts';
import { restartFor } from '#lib/apps/restart.ts';
import { type App, configVarOf, nextRelease, type Release } from '#lib/model/app.ts';
import type { Database } from '#lib/model/database.ts';
import { appSaved, releaseCreated } from '#lib/model/items/apps.ts';
import type { Change } from '#lib/model/items/change.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { subjectOf } from './create.ts';
import { holderIdOf, placeAttachment } from './placing.ts';
import { actor, type PromotionContext, step } from './promote-steps.ts';

/**
 * Gives the promoted database the app's primary name; its other names stay, and the previous holder gets another name.
 * If the app was destroyed in the meantime, the database only becomes a leader.
 */
export const moveAttachment = step(['leading'], async (deps, context) => {
  const { teamId, name } = context.database;
  const app = await deps.findApp(teamId, context.promotion.appId);
  const target = { ...independentDatabase(context), promotion: { ...context.promotion, stage: 'moved' as const } };
  if (!app) return deps.commit({ teamId, at: deps.now(), changes: [databaseSaved(target)] });
  const at = deps.now();
  const holderId = holderIdOf(app, primaryName);
  const [holder = null] = holderId && holderId !== target.id ? await deps.databasesById(teamId, [holderId]) : [];
  const release = nextRelease(app, { description: `Promote ${name}`, by: actor.id, at });
  const { changes, fresh: holderName } =
    holderId === target.id
      ? keepAttachments(target, app, release)
      : placeAttachment({ database: target, app, name: primaryName, holder, release });
  const before = holder ? { database: holder.name, configVar: configVarOf(holderName) } : null;
  const data = { name, configVar: configVarOf(primaryName), before, release: release.version };
  await deps.commit({
    teamId,
    at,
    changes,
    entries: [{ type: 'AttachmentMoved', actor, subject: { ...subjectOf(target), appId: app.id }, data }],
    effects: [restartFor(app, release.version)],
  });
});

/** A locked-out database keeps its status, and serves once its key is usable again. */
const independentDatabase = ({ database }: PromotionContext): Database => ({
  ...database,
  fork: null,
  status: database.status === 'following' ? 'available' : database.status,
});

/** The database has the primary name already: the app gets a release, and its attachments stay. */
const keepAttachments = (database: Database, app: App, release: Release): { changes: Change[]; fresh: string } => ({
  changes: [
    databaseSaved(database),
    appSaved({ ...app, release: release.version }),
    releaseCreated(app.teamId, release),
  ],
  fresh: primaryName,
});
