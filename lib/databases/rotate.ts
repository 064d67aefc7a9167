/**
 * Rotates a database's credentials. The encrypted new password is committed before the server receives it, so that an
 * outbox message completes a rotation that a crash interrupted.
 */

import { restartFor } from '#lib/apps/restart.ts';
import { log } from '#lib/log.ts';
import { type App, nextRelease } from '#lib/model/app.ts';
import { type AssertReadyDeps, assertReady } from '#lib/model/assert-ready.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import { appSaved, releaseCreated } from '#lib/model/items/apps.ts';
import { fitting, joined, type Part } from '#lib/model/items/bounds.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { assertDone } from '#lib/model/outcome.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';
import { wrongState } from '#lib/model/problem.ts';
import type { DatabaseRequest } from '#lib/model/request.ts';
import { requireDatabase } from '#lib/model/require.ts';
import { newCredentials, subjectOf } from './create.ts';
import type { DatabaseRef } from './provision.ts';

export type ApplyRotationDeps = Needs<'databaseById' | 'appsById' | 'commit' | 'now'> & NeedsFleet<'setPassword'>;

export type RotateDeps = ApplyRotationDeps & AssertReadyDeps & Needs<'findDatabase' | 'encrypt' | 'platformKeyArn'>;

/**
 * Throws `not_found`, `key_unusable`, `key_degraded`, `wrong_state`. If the server cannot be reached, the outbox
 * message applies the rotation later.
 */
export const rotateCredentials =
  (deps: RotateDeps) =>
  async ({ teamId, actor, database: nameOrId }: DatabaseRequest): Promise<Database> => {
    const rotated = await retryOnConflict(async () => {
      const database = await requireDatabase(deps)(teamId, nameOrId);
      await assertReady(deps, database, { doing: 'get new credentials', needs: ['Encrypt'] });
      assertIdle(database);
      return beginRotation(deps, database, actor);
    });
    await applyRotation(deps)({ teamId, databaseId: rotated.id }).catch((error: unknown) => {
      log.warn('A rotation waits for its outbox message', { databaseId: rotated.id, error: error as Error });
    });
    return rotated;
  };

function assertIdle({ name, rotating, promotion, handoverTo }: Database): void {
  if (!rotating && !promotion && !handoverTo) return;
  const state = rotating ? 'rotating' : 'promoting';
  throw wrongState(state, `Database ${name} is busy: ${state}. Repeat in a moment.`);
}

async function beginRotation(deps: RotateDeps, database: Database, actor: Actor): Promise<Database> {
  const { teamId, id, name } = database;
  const credentials = await newCredentials(deps, database);
  const rotated: Database = { ...database, ...credentials, rotating: true, rotatedThrough: null };
  await deps.commit({
    teamId,
    at: deps.now(),
    changes: [databaseSaved(rotated)],
    entries: [{ type: 'CredentialsRotating', actor, subject: subjectOf(database), data: { name } }],
    effects: [{ kind: 'rotation', rotation: { teamId, databaseId: id } }],
  });
  return rotated;
}

const actor: Actor = { kind: 'workflow', id: 'rotation' };

/** Gives the server the password, and each app that uses the database a release and a restart. Idempotent. */
export const applyRotation =
  (deps: ApplyRotationDeps) =>
  async ({ teamId, databaseId }: DatabaseRef): Promise<void> => {
    const database = await deps.databaseById(teamId, databaseId);
    if (!database?.rotating) return;
    assertDone([await (await deps.fleet()).setPassword(database.serverId, database.passwordSha256)]);
    let hasMore = true;
    while (hasMore) hasMore = await retryOnConflict(() => releaseBatch(deps, { teamId, databaseId }));
  };

/**
 * Commits the releases of as many apps as fit into a transaction, and stores the progress; the last one ends the
 * rotation. Returns whether apps are left.
 */
async function releaseBatch(deps: ApplyRotationDeps, { teamId, databaseId }: DatabaseRef): Promise<boolean> {
  const database = await deps.databaseById(teamId, databaseId);
  if (!database?.rotating) return false;
  const at = deps.now();
  const lastAppId = database.rotatedThrough ?? '';
  const ids = [...new Set(database.attachments.map(({ appId }) => appId))].filter((id) => id > lastAppId);
  const apps = (await deps.appsById(teamId, ids)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const parts = apps.map((app) => releasePart(database, app, at));
  const count = fitting(completionPart(database), parts);
  const isLast = count === parts.length;
  const progressed = { ...database, rotatedThrough: apps[count - 1]?.id ?? lastAppId };
  const base = isLast ? completionPart(database) : { changes: [databaseSaved(progressed)] };
  await deps.commit({ teamId, at, ...joined([base, ...parts.slice(0, count)]) });
  return !isLast;
}

const completionPart = (database: Database): Part => ({
  changes: [databaseSaved({ ...database, rotating: false, rotatedThrough: null })],
  entries: [{ type: 'CredentialsRotated', actor, subject: subjectOf(database), data: { name: database.name } }],
});

function releasePart({ teamId, name }: Database, app: App, at: Date): Part {
  const release = nextRelease(app, { description: `Rotate the credentials of ${name}`, by: actor.id, at });
  return {
    changes: [appSaved({ ...app, release: release.version }), releaseCreated(teamId, release)],
    effects: [restartFor(app, release.version)],
  };
}
