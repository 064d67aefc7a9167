/** Creates, lists, finds, changes and destroys add-ons for the CLI. */

import type { changePlan } from '#lib/databases/change-plan.ts';
import type { createDatabase } from '#lib/databases/create.ts';
import type { destroyDatabase } from '#lib/databases/remove.ts';
import type { renameDatabase } from '#lib/databases/rename.ts';
import type { Database } from '#lib/model/database.ts';
import { allOfTeam } from '#lib/model/page.ts';
import { planNamed } from '#lib/model/plans.ts';
import { Problem } from '#lib/model/problem.ts';
import { addonView } from './addon.ts';
import { checkedName, databaseRequestFrom } from './addon-request.ts';
import { attachmentsOf } from './attachments.ts';
import { parsePlan } from './ids.ts';
import type { NewAddon } from './requests.ts';
import {
  addonNamed,
  appNamed,
  databasesOfApp,
  type FindDeps,
  isUsedBy,
  namesOf,
  resolveAddon,
  resourceNotFound,
} from './resolve.ts';
import type { HerokuRequest, HerokuResponse } from './route.ts';
import { type WarnDeps, warningOf } from './warning.ts';

type AddonReadDeps = FindDeps & WarnDeps;

export type AddonCreationDeps = AddonReadDeps & {
  readonly createDatabase: ReturnType<typeof createDatabase>;
  readonly destroyDatabase: ReturnType<typeof destroyDatabase>;
};

export type AddonChangeDeps = AddonReadDeps & {
  readonly changePlan: ReturnType<typeof changePlan>;
  readonly renameDatabase: ReturnType<typeof renameDatabase>;
};

export interface AddonChange {
  readonly name?: string | undefined;
  readonly plan?: { readonly name: string } | undefined;
}

interface AddonQuery {
  readonly addon: string;
  readonly app?: string | null | undefined;
}

export const herokuAddonReads = (deps: AddonReadDeps) => ({
  listOfApp: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const app = await appNamed(deps, teamId, path('app'));
    const databases = await databasesOfApp(deps, app);
    const body = databases.map((database) => addonView(database, app.id));
    return { body, warning: await warningOf(deps, databases) };
  },

  list: async ({ teamId }: HerokuRequest): Promise<HerokuResponse> => {
    const databases = await allOfTeam(deps.listDatabases, teamId);
    return { body: databases.map((database) => addonView(database)), warning: await warningOf(deps, databases) };
  },

  get: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> =>
    respond(deps, await addonNamed(deps, teamId, path('addon'))),

  /** Throws `not_found` for an add-on of another app. */
  getOfApp: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const app = await appNamed(deps, teamId, path('app'));
    return { body: addonView(await requireAddonOfApp(deps, { teamId, app: app.id, addon: path('addon') }), app.id) };
  },

  resolve: async ({ teamId, body }: HerokuRequest<AddonQuery>): Promise<HerokuResponse> => {
    const found = await resolveAddon(deps, { teamId, addon: body.addon, app: body.app ?? null });
    return { body: found.map((database) => addonView(database)), warning: await warningOf(deps, found) };
  },

  attachments: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const database = await addonNamed(deps, teamId, path('addon'));
    return { body: attachmentsOf(database, namesOf(await allOfTeam(deps.listApps, teamId))) };
  },
});

export const herokuAddonCreation = (deps: AddonCreationDeps) => ({
  create: async ({ teamId, actor, path, body }: HerokuRequest<NewAddon>): Promise<HerokuResponse> => {
    const app = await appNamed(deps, teamId, path('app'));
    const database = await deps.createDatabase({ ...databaseRequestFrom(body, app), teamId, actor });
    return { body: { ...addonView(database), provision_message: provisionMessage(database) }, status: 201 };
  },

  destroy: async ({ teamId, actor, path }: HerokuRequest): Promise<HerokuResponse> => {
    const { id, name } = await requireAddonOfApp(deps, { teamId, app: path('app'), addon: path('addon') });
    return { body: addonView(await deps.destroyDatabase({ teamId, actor, database: id, confirm: name })), status: 202 };
  },
});

export const herokuAddonChanges = (deps: AddonChangeDeps) => ({
  change: async ({ teamId, actor, path, body }: HerokuRequest<AddonChange>): Promise<HerokuResponse> => {
    const { id } = await requireAddonOfApp(deps, { teamId, app: path('app'), addon: path('addon') });
    if (body.name !== undefined)
      return respond(deps, await deps.renameDatabase({ teamId, actor, database: id, name: checkedName(body.name) }));
    if (body.plan === undefined) throw new Problem('invalid_request', 'Send what to change: the plan or the name.');
    const changed = await deps.changePlan({ teamId, actor, database: id, plan: requirePlan(body.plan.name) });
    return respond(deps, changed);
  },
});

/** The CLI lists the plans when it receives this text. Throws `invalid_request`. */
function requirePlan(text: string): string {
  const plan = parsePlan(text);
  if (plan && planNamed(plan)) return plan;
  throw new Problem('invalid_request', `Couldn't find either the add-on service or the add-on plan of "${text}".`);
}

async function respond(deps: WarnDeps, database: Database): Promise<HerokuResponse> {
  return { body: addonView(database), warning: await warningOf(deps, [database]) };
}

/** Accepts the app that a database was created for even if that app no longer exists, since the CLI requires an app. */
async function requireAddonOfApp(
  deps: FindDeps,
  { teamId, app: appName, addon }: { teamId: string; app: string; addon: string },
): Promise<Database> {
  const database = await addonNamed(deps, teamId, addon);
  if (database.appId === appName || database.appName === appName) return database;
  const app = await appNamed(deps, teamId, appName);
  if (isUsedBy(database, app.id)) return database;
  throw resourceNotFound('add_on', `add-on: ${addon} is not on this app`);
}

/** Printed by the CLI before it waits for the database. */
function provisionMessage({ keyArn, fork }: Database): string | null {
  const lines = [
    ...(keyArn ? [`Encrypted under your key ${keyArn}.`] : []),
    ...(fork ? [`It follows ${fork.leaderName}. Once it has caught up, promote it: heroku redis:promote`] : []),
  ];
  return lines.length > 0 ? lines.join('\n') : null;
}
