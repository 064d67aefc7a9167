/**
 * Reads and changes config vars: the app's own, and those of attachments, which derive from the databases' credentials.
 */

import { type App, type ConfigVars, configVarOf, nextRelease, type OwnVars } from '#lib/model/app.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Credentials, Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import { appSaved, releaseCreated } from '#lib/model/items/apps.ts';
import type { Needs } from '#lib/model/ports.ts';
import { invalidValue, Problem } from '#lib/model/problem.ts';
import { requireApp } from '#lib/model/require.ts';
import { restartFor } from './restart.ts';
import { type OpenVarsDeps, openVars, type SealVarsDeps, sealVars } from './sealed-vars.ts';

export type ReadConfigVarsDeps = OpenVarsDeps &
  Needs<'findApp' | 'databasesById'> & {
    readonly credentialsOf: (database: Database) => Promise<Credentials>;
  };

export const readConfigVars =
  (deps: ReadConfigVarsDeps) =>
  async ({ teamId, app: nameOrId }: { teamId: string; app: string }): Promise<ConfigVars> => {
    const app = await requireApp(deps)(teamId, nameOrId);
    return configVarsOf(deps)(app);
  };

export const configVarsOf =
  (deps: Omit<ReadConfigVarsDeps, 'findApp'>) =>
  async (app: App): Promise<ConfigVars> => {
    const ids = [...new Set(app.attachments.map(({ databaseId }) => databaseId))];
    const databases = new Map((await deps.databasesById(app.teamId, ids)).map((database) => [database.id, database]));
    const derived = await Promise.all(
      app.attachments.map(async ({ name, databaseId }) => {
        const database = databases.get(databaseId);
        return [configVarOf(name), database ? await urlOrNull(deps, database) : null] as const;
      }),
    );
    return { ...(await openVars(deps, app)), ...Object.fromEntries(derived) };
  };

async function urlOrNull(deps: Pick<ReadConfigVarsDeps, 'credentialsOf'>, database: Database): Promise<string | null> {
  try {
    return (await deps.credentialsOf(database)).url;
  } catch (error) {
    if (error instanceof Problem && (error.code === 'key_unusable' || error.code === 'wrong_state')) return null;
    throw error;
  }
}

export interface ConfigVarsChange {
  readonly teamId: string;
  readonly app: string;
  /** `null` removes a var. */
  readonly vars: { readonly [name: string]: string | null };
  readonly actor: Actor;
}

/**
 * Returns all config vars after the change, which creates a release. Throws `invalid_request` for an attachment's var.
 */
export const changeConfigVars =
  (deps: ReadConfigVarsDeps & SealVarsDeps & Needs<'commit' | 'now'>) =>
  ({ teamId, app: nameOrId, vars, actor }: ConfigVarsChange): Promise<ConfigVars> =>
    retryOnConflict(async () => {
      const app = await requireApp(deps)(teamId, nameOrId);
      assertNotAttached(app, Object.keys(vars));
      const ownVars = await openVars(deps, app);
      const changed = Object.keys(vars).filter((name) => (ownVars[name] ?? null) !== vars[name]);
      if (changed.length === 0) return configVarsOf(deps)(app);
      const at = deps.now();
      const updated = mergeVars(ownVars, vars);
      assertFits(updated);
      const release = nextRelease(app, { description: `Change ${changed.join(', ')}`, by: actor.id, at });
      const sealedVars = await sealVars(deps, app, updated);
      const saved: App = { ...app, configVars: {}, sealedVars, release: release.version };
      const data = { names: changed, release: release.version };
      await deps.commit({
        teamId,
        at,
        changes: [appSaved(saved), releaseCreated(teamId, release)],
        entries: [{ type: 'ConfigVarsChanged', actor, subject: { appId: app.id }, data }],
        effects: [restartFor(app, release.version)],
      });
      return configVarsOf(deps)(saved);
    });

const mergeVars = (ownVars: OwnVars, vars: ConfigVars): OwnVars =>
  Object.fromEntries(
    Object.entries({ ...ownVars, ...vars }).filter((pair): pair is [string, string] => pair[1] !== null),
  );

/** An item of DynamoDB holds 400 KB, and base64 adds a third to the size of the vars. */
const limits = { vars: 300, kibibytes: 192 };

/** Throws `invalid_request`. */
function assertFits(vars: OwnVars): void {
  const count = Object.keys(vars).length;
  const bytes = Buffer.byteLength(JSON.stringify(vars));
  if (count <= limits.vars && bytes <= limits.kibibytes * 1024) return;
  throw invalidValue(
    '',
    `An app has at most ${limits.vars} config vars and ${limits.kibibytes} KiB in all; ` +
      `with this change it would have ${count} and ${Math.ceil(bytes / 1024)} KiB.`,
    'Too large',
  );
}

function assertNotAttached(app: App, names: readonly string[]): void {
  const attached = app.attachments.map(({ name }) => configVarOf(name)).find((name) => names.includes(name));
  if (attached) {
    throw invalidValue(
      `/${attached}`,
      `${attached} belongs to an attached database and follows its credentials. Detach the database to remove it.`,
      'Belongs to an attachment',
    );
  }
}
