/**
 * Rotating a database's credentials. The new password is on record, sealed under the database's key, before the server knows it: a crash in
 * between leaves an effect behind that finishes the rotation.
 */

import { createHash } from 'node:crypto';
import { restartFor } from '#lib/apps/restart.ts';
import { log } from '#lib/log.ts';
import type { App } from '#lib/model/app.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import { appSaved, releaseCreated } from '#lib/model/items/apps.ts';
import { fitting, joined, type Part } from '#lib/model/items/bounds.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { databaseContext } from '#lib/model/key.ts';
import { assertDone } from '#lib/model/outcome.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { assertReady, type ReadinessDeps } from '#lib/model/readiness.ts';
import { requireDatabase } from '#lib/model/require.ts';
import { Secret } from '#lib/model/secret.ts';
import { newPassword, subjectOf } from './create.ts';
import type { DatabaseRef } from './provision.ts';

export type ApplyRotationDeps = Needs<'databaseById' | 'appsById' | 'fleet' | 'commit' | 'now'>;

export type RotateDeps = ApplyRotationDeps & ReadinessDeps & Needs<'findDatabase' | 'encrypt' | 'platformKeyArn'>;

export interface RotateRequest {
  readonly teamId: string;
  readonly actor: Actor;
  readonly database: string;
}

/** Throws `not_found`, `key_unusable`, `wrong_state`. What cannot be done at once is done by the effect. */
export const rotateCredentials =
  (deps: RotateDeps) =>
  async ({ teamId, actor, database: nameOrId }: RotateRequest): Promise<Database> => {
    const rotated = await retryOnConflict(async () => {
      const database = await requireDatabase(deps)(teamId, nameOrId);
      await assertReady(deps, database, 'get new credentials');
      refuseTwice(database);
      return begun(deps, database, actor);
    });
    await applyRotation(deps)({ teamId, databaseId: rotated.id }).catch((error: unknown) => {
      log.warn('A rotation waits for its effect', { databaseId: rotated.id, error: error as Error });
    });
    return rotated;
  };

function refuseTwice({ name, rotating, promotion, handoverTo }: Database): void {
  if (!rotating && !promotion && !handoverTo) return;
  const state = rotating ? 'rotating' : 'promoting';
  throw new Problem('wrong_state', `Database ${name} is busy: ${state}. Repeat in a moment.`, { state });
}

async function begun(deps: RotateDeps, database: Database, actor: Actor): Promise<Database> {
  const { teamId, id, keyArn, name } = database;
  const password = newPassword();
  const rotated: Database = {
    ...database,
    sealedPassword: await deps.encrypt(
      keyArn ?? deps.platformKeyArn(),
      new Secret(password),
      databaseContext(teamId, id),
    ),
    passwordSha256: createHash('sha256').update(password).digest('hex'),
    rotating: true,
    rotatedThrough: null,
  };
  await deps.commit({
    teamId,
    at: deps.now(),
    changes: [databaseSaved(rotated)],
    entries: [{ type: 'CredentialsRotating', actor, subject: subjectOf(database), data: { name } }],
    effects: [{ kind: 'rotation', rotation: { teamId, databaseId: id } }],
  });
  return rotated;
}

const applier: Actor = { kind: 'workflow', id: 'rotation' };

/** The server learns the password, and each app that uses the database gets a release and a restart. May run twice. */
export const applyRotation =
  (deps: ApplyRotationDeps) =>
  async ({ teamId, databaseId }: DatabaseRef): Promise<void> => {
    const database = await deps.databaseById(teamId, databaseId);
    if (!database?.rotating) return;
    assertDone([await (await deps.fleet()).setPassword(database.serverId, database.passwordSha256)]);
    let isMore = true;
    while (isMore) isMore = await retryOnConflict(() => someReleased(deps, { teamId, databaseId }));
  };

/**
 * Commits the releases of as many apps as fit into a transaction, and stores the progress; the last one ends the
 * rotation. Returns whether apps are left.
 */
async function someReleased(deps: ApplyRotationDeps, { teamId, databaseId }: DatabaseRef): Promise<boolean> {
  const database = await deps.databaseById(teamId, databaseId);
  if (!database?.rotating) return false;
  const at = deps.now();
  const through = database.rotatedThrough ?? '';
  const ids = [...new Set(database.attachments.map(({ appId }) => appId))].filter((id) => id > through);
  const apps = (await deps.appsById(teamId, ids)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const parts = apps.map((app) => releasedFor(database, app, at));
  const count = fitting(ended(database), parts);
  const isLast = count === parts.length;
  const noted = { ...database, rotatedThrough: apps[count - 1]?.id ?? through };
  const base = isLast ? ended(database) : { changes: [databaseSaved(noted)] };
  await deps.commit({ teamId, at, ...joined([base, ...parts.slice(0, count)]) });
  return !isLast;
}

const ended = (database: Database): Part => ({
  changes: [databaseSaved({ ...database, rotating: false, rotatedThrough: null })],
  entries: [
    { type: 'CredentialsRotated', actor: applier, subject: subjectOf(database), data: { name: database.name } },
  ],
});

function releasedFor({ teamId, name }: Database, app: App, at: Date): Part {
  const description = `Rotate the credentials of ${name}`;
  const release = { version: app.release + 1, appId: app.id, description, by: applier.id, createdAt: at.toISOString() };
  return {
    changes: [appSaved({ ...app, release: release.version }), releaseCreated(teamId, release)],
    effects: [restartFor(app, release.version)],
  };
}
