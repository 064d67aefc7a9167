/** Creates and destroys apps, and creates spaces. */

import { type App, configVarOf, type Space } from '#lib/model/app.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database } from '#lib/model/database.ts';
import { appCreated, appRemoved, releaseCreated, spaceCreated } from '#lib/model/items/apps.ts';
import { allOfTeam } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { notFound, wrongState } from '#lib/model/problem.ts';
import type { TeamRequest } from '#lib/model/request.ts';

type Deps = Needs<'commit' | 'newId' | 'now'>;

/** Throws `name_taken`. */
export const createSpace =
  ({ commit, newId, now }: Deps) =>
  async ({ teamId, actor, name, tier }: TeamRequest & { name: string; tier: 'private' | 'shield' }): Promise<Space> => {
    const at = now();
    const space: Space = { id: newId('space'), teamId, name, tier, createdAt: at.toISOString(), version: 1 };
    const entry = { type: 'SpaceCreated' as const, actor, subject: { spaceId: space.id }, data: { name, tier } };
    await commit({ teamId, at, changes: spaceCreated(space), entries: [entry] });
    return space;
  };

export interface AppRequest extends TeamRequest {
  readonly name: string;
  readonly space?: string | undefined;
  readonly admins: readonly string[];
}

/** Throws `not_found` for an unknown space, `name_taken`. */
export const createApp =
  ({
    commit,
    newId,
    now,
    findSpace,
  }: Deps & { readonly findSpace: (teamId: string, nameOrId: string) => Promise<Space | null> }) =>
  async ({ teamId, actor, name, space: spaceName, admins }: AppRequest): Promise<App> => {
    const space = spaceName === undefined ? null : await findSpace(teamId, spaceName);
    if (spaceName !== undefined && !space) throw notFound('space', spaceName);
    const at = now();
    const app: App = {
      id: newId('app'),
      teamId,
      name,
      space: space && { id: space.id, name: space.name },
      tier: space?.tier ?? 'common',
      admins,
      configVars: {},
      attachments: [],
      release: 1,
      createdAt: at.toISOString(),
      version: 1,
    };
    const release = {
      version: 1,
      appId: app.id,
      description: 'Initial release',
      by: actor.id,
      createdAt: app.createdAt,
    };
    const entry = { type: 'AppCreated' as const, actor, subject: { appId: app.id }, data: { name } };
    await commit({ teamId, at, changes: [...appCreated(app), releaseCreated(teamId, release)], entries: [entry] });
    return app;
  };

export type DestroyAppDeps = Pick<Deps, 'commit' | 'now'> & Needs<'findApp' | 'listDatabases'>;

/**
 * Throws `wrong_state` while a database is attached, or while a database has only this app, whose admins receive the
 * notices about its key.
 */
export const destroyApp =
  ({ commit, now, findApp, listDatabases }: DestroyAppDeps) =>
  ({ teamId, actor, app: nameOrId }: TeamRequest & { app: string }): Promise<void> =>
    retryOnConflict(async () => {
      const app = await findApp(teamId, nameOrId);
      if (!app) throw notFound('app', nameOrId);
      assertNoAttachments(app);
      await assertOwnsNoDatabase(app, listDatabases);
      const entry = { type: 'AppDestroyed' as const, actor, subject: { appId: app.id }, data: { name: app.name } };
      await commit({ teamId, at: now(), changes: appRemoved(app), entries: [entry] });
    });

function assertNoAttachments({ name, attachments }: App): void {
  if (attachments.length === 0) return;
  const used = attachments.map((attachment) => configVarOf(attachment.name)).join(', ');
  throw wrongState('attached', `App ${name} still uses ${used}. Destroy these databases first, or detach them.`);
}

async function assertOwnsNoDatabase(app: App, listDatabases: DestroyAppDeps['listDatabases']): Promise<void> {
  const databases = await allOfTeam(listDatabases, app.teamId);
  const isOwnedOnly = ({ appId, attachments, status }: Database) =>
    appId === app.id && attachments.length === 0 && status !== 'destroying';
  const ownedNames = databases.filter(isOwnedOnly).map(({ name }) => name);
  if (ownedNames.length === 0) return;
  throw wrongState(
    'owning',
    `App ${app.name} is the only app of database ${ownedNames.join(', ')}. ` +
      'Attach it to another app first, or destroy it.',
  );
}
