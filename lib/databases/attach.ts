/** Attaches and detaches databases; each creates a release of the app and restarts it. */

import { freeName } from '#lib/apps/attachment-name.ts';
import { restartFor } from '#lib/apps/restart.ts';
import { type App, configVarOf, nextRelease } from '#lib/model/app.ts';
import { type AssertReadyDeps, assertReady } from '#lib/model/assert-ready.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Attachment, Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import { appSaved, releaseCreated } from '#lib/model/items/apps.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem, wrongState } from '#lib/model/problem.ts';
import type { DatabaseRequest, TeamRequest } from '#lib/model/request.ts';
import { requireApp, requireDatabase } from '#lib/model/require.ts';
import { subjectOf } from './create.ts';
import { assertPlanFits, planOf } from './fitting.ts';
import { assertNameFree, assertNotHeld, assertRoom, holderOf, placeAttachment } from './placing.ts';

export type AttachDeps = AssertReadyDeps & Needs<'findApp' | 'findDatabase' | 'databaseById' | 'commit' | 'now'>;

export interface AttachRequest extends DatabaseRequest {
  readonly app: string;
  /** Generated if absent; if the app has the database already, its present name stays. */
  readonly name?: string | undefined;
  /** The app's name, to take over a name that another database has. */
  readonly confirm?: string | undefined;
}

/**
 * Throws `not_found`, `plan_unsupported`, `key_unusable`, `wrong_state`, `invalid_request`, `name_taken`,
 * `confirmation_required`, `quota_exceeded`.
 */
export const attachDatabase =
  (deps: AttachDeps) =>
  (request: AttachRequest): Promise<{ database: Database; attachment: Attachment }> =>
    retryOnConflict(async () => {
      const { database, app } = await requireBoth(deps, request);
      const attachment = existingAttachment(database, app, request.name);
      if (attachment) return { database, attachment };
      assertPlanFits(planOf(database.plan), app, database.keyArn !== null);
      await assertReady(deps, database, { doing: 'be attached' });
      assertNotPromoting(database);
      assertRoom(app, database);
      const name = request.name ?? freeName(app);
      const holder = await checkHolder(deps, app, { ...request, name });
      return commitAttachment(deps, { database, app, name, holder, actor: request.actor });
    });

async function checkHolder(
  deps: AttachDeps,
  app: App,
  { name, confirm }: AttachRequest & { name: string },
): Promise<Database | null> {
  assertNameFree(app, name);
  const holder = await holderOf(deps, app, name);
  if (confirm !== app.name) assertNotHeld(app, name, holder);
  if (holder) assertNotPromoting(holder);
  return holder;
}

const existingAttachment = ({ attachments }: Database, app: App, name: string | undefined): Attachment | null =>
  attachments.find((each) => each.appId === app.id && (name === undefined || each.name === name)) ?? null;

interface AttachInput {
  readonly database: Database;
  readonly app: App;
  readonly name: string;
  readonly holder: Database | null;
  readonly actor: Actor;
}

async function commitAttachment(deps: AttachDeps, { actor, ...input }: AttachInput) {
  const { app, name, database } = input;
  const at = deps.now();
  const release = nextRelease(app, { description: `Attach ${name} (${database.name})`, by: actor.id, at });
  const change = placeAttachment({ ...input, release });
  const data = { name: database.name, app: app.name, configVar: configVarOf(name), release: release.version };
  await deps.commit({
    teamId: app.teamId,
    at,
    changes: change.changes,
    entries: [{ type: 'DatabaseAttached', actor, subject: { ...subjectOf(database), appId: app.id }, data }],
    effects: [restartFor(app, release.version)],
  });
  return { database: change.database, attachment: { appId: app.id, name } };
}

export interface DetachRequest extends TeamRequest {
  readonly app: string;
  /** The attachment's name on the app. */
  readonly name: string;
}

/** Its data stays. Throws `not_found`, `wrong_state` while it is being promoted. */
export const detachDatabase =
  (deps: AttachDeps) =>
  ({ teamId, actor, app: appName, name }: DetachRequest): Promise<Database> =>
    retryOnConflict(async () => {
      const app = await requireApp(deps)(teamId, appName);
      const database = await holderOf(deps, app, name);
      if (!database) throw new Problem('not_found', `App ${app.name} has no attachment ${name}.`);
      assertNotPromoting(database);
      const at = deps.now();
      const release = nextRelease(app, { description: `Detach ${name} (${database.name})`, by: actor.id, at });
      const detached = await withoutName(deps, database, { app, name });
      const attachments = app.attachments.filter((each) => each.name !== name);
      const data = { name: database.name, app: app.name, configVar: configVarOf(name), release: release.version };
      await deps.commit({
        teamId,
        at,
        changes: [
          databaseSaved(detached),
          appSaved({ ...app, attachments, release: release.version }),
          releaseCreated(teamId, release),
        ],
        entries: [{ type: 'DatabaseDetached', actor, subject: { ...subjectOf(database), appId: app.id }, data }],
        effects: [restartFor(app, release.version)],
      });
      return detached;
    });

/**
 * A database whose app no longer exists moves to the last app that used it, so that its key has recipients for notices.
 */
async function withoutName(
  { findApp }: AttachDeps,
  database: Database,
  { app, name }: { app: App; name: string },
): Promise<Database> {
  const attachments = database.attachments.filter((each) => each.appId !== app.id || each.name !== name);
  const isOrphan = attachments.length === 0 && (await findApp(app.teamId, database.appId)) === null;
  return { ...database, attachments, ...(isOrphan ? { appId: app.id, appName: app.name } : {}) };
}

async function requireBoth(deps: AttachDeps, { teamId, database: databaseName, app: appName }: AttachRequest) {
  const database = await requireDatabase(deps)(teamId, databaseName);
  const app = await requireApp(deps)(teamId, appName);
  return { database, app };
}

/** Throws `wrong_state`. */
export function assertNotPromoting({ name, promotion, handoverTo }: Database): void {
  if (!promotion && !handoverTo) return;
  throw wrongState('promoting', `A promotion with database ${name} is under way. Wait until it has ended.`);
}
