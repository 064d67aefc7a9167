/** Finds what the CLI refers to: by name or id, and add-ons also by attachment, config var or service. */

import { type App, configVarOf } from '#lib/model/app.ts';
import type { Database } from '#lib/model/database.ts';
import { allOfTeam } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { serviceName } from './ids.ts';
import type { KeySituation } from './lockout.ts';

export type FindDeps = Needs<'findApp' | 'listApps' | 'findDatabase' | 'listDatabases' | 'keyById' | 'lockoutById'>;

/** `resource` lets the CLI try other kinds of resources; `detail` completes "Couldn't find that …". */
export const resourceNotFound = (resource: string, detail: string) =>
  new Problem('not_found', `Couldn't find that ${detail}.`, { resource });

const addonNotFound = (name: string) => resourceNotFound('add_on', `add-on: your team has no ${name}`);

/** Throws `not_found`. */
export async function appNamed({ findApp }: Pick<FindDeps, 'findApp'>, teamId: string, nameOrId: string): Promise<App> {
  const app = await findApp(teamId, nameOrId);
  if (!app) throw resourceNotFound('app', `app: your team has no ${nameOrId}`);
  return app;
}

/** Throws `not_found`. */
export async function addonNamed(
  { findDatabase }: Pick<FindDeps, 'findDatabase'>,
  teamId: string,
  nameOrId: string,
): Promise<Database> {
  const database = await findDatabase(teamId, nameOrId);
  if (!database) throw addonNotFound(nameOrId);
  return database;
}

export const namesOf = (apps: readonly App[]): ReadonlyMap<string, string> =>
  new Map(apps.map(({ id, name }) => [id, name]));

/** Whether the database was created for the app or is attached to it. */
export const isUsedBy = (database: Database, appId: string): boolean =>
  database.appId === appId || database.attachments.some((attachment) => attachment.appId === appId);

export const databasesOfApp = async (deps: Pick<FindDeps, 'listDatabases'>, app: App): Promise<Database[]> =>
  (await allOfTeam(deps.listDatabases, app.teamId)).filter((database) => isUsedBy(database, app.id));

export interface Identifier {
  readonly teamId: string;
  /** As the user typed it; `app::NAME` is an attachment of an app. */
  readonly addon: string;
  readonly app: string | null;
}

/** All databases that the identifier matches. Throws `not_found` if there is none. */
export async function resolveAddon(deps: FindDeps, { teamId, addon, app: appName }: Identifier): Promise<Database[]> {
  const [scope, name] = addon.includes('::') ? (addon.split('::', 2) as [string, string]) : [appName, addon];
  const app = scope === null ? null : await appNamed(deps, teamId, scope);
  const database = await deps.findDatabase(teamId, name);
  if (database) return [database];
  const candidates = app ? await databasesOfApp(deps, app) : await allOfTeam(deps.listDatabases, teamId);
  const found = candidates.filter((database) => matches(database, name, app?.id ?? null));
  if (found.length === 0) throw addonNotFound(name);
  return found;
}

function matches({ attachments }: Database, text: string, appId: string | null): boolean {
  if (text === serviceName || text.startsWith(`${serviceName}:`)) return true;
  const attachmentsInScope = attachments.filter((attachment) => appId === null || attachment.appId === appId);
  return attachmentsInScope.some(({ name }) => [name, configVarOf(name)].includes(text.toUpperCase()));
}

/** The keys and open lockouts of these databases, by key id. */
export async function situationsOf(
  deps: Pick<FindDeps, 'keyById' | 'lockoutById'>,
  databases: readonly Database[],
): Promise<ReadonlyMap<string, KeySituation>> {
  const refs = new Map(databases.flatMap(({ keyId, teamId }) => (keyId ? [[keyId, teamId] as const] : [])));
  const found = await Promise.all([...refs].map(([keyId, teamId]) => situationOf(deps, teamId, keyId)));
  return new Map(found.flatMap((situation) => (situation ? [[situation.key.id, situation] as const] : [])));
}

async function situationOf(
  deps: Pick<FindDeps, 'keyById' | 'lockoutById'>,
  teamId: string,
  keyId: string,
): Promise<KeySituation | null> {
  const key = await deps.keyById(teamId, keyId);
  return key && { key, lockout: key.lockoutId ? await deps.lockoutById(teamId, key.lockoutId) : null };
}
