/** Shows and sets config vars for the CLI. A text replaces values that cannot be read. */

import type { changeConfigVars, readConfigVars } from '#lib/apps/config-vars.ts';
import { type App, type ConfigVars, configVarOf } from '#lib/model/app.ts';
import type { Database } from '#lib/model/database.ts';
import type { Needs } from '#lib/model/ports.ts';
import { notReady, presentCauseIn, unreadable } from './lockout.ts';
import { appNamed, type FindDeps, situationsOf } from './resolve.ts';
import type { HerokuRequest, HerokuResponse } from './route.ts';
import { type WarnDeps, warningOf } from './warning.ts';

export type ConfigVarsDeps = Pick<FindDeps, 'findApp' | 'keyById' | 'lockoutById'> &
  WarnDeps &
  Needs<'databasesById'> & {
    readonly readConfigVars: ReturnType<typeof readConfigVars>;
    readonly changeConfigVars: ReturnType<typeof changeConfigVars>;
  };

export const herokuConfigVars = (deps: ConfigVarsDeps) => ({
  read: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const app = await appNamed(deps, teamId, path('app'));
    return respond(deps, app, await deps.readConfigVars({ teamId, app: app.id }));
  },
  change: async ({ teamId, actor, path, body }: HerokuRequest<{ vars: ConfigVars }>): Promise<HerokuResponse> => {
    const app = await appNamed(deps, teamId, path('app'));
    return respond(deps, app, await deps.changeConfigVars({ teamId, app: app.id, actor, vars: body.vars }));
  },
});

async function respond(deps: ConfigVarsDeps, app: App, vars: ConfigVars): Promise<HerokuResponse> {
  if (!Object.values(vars).includes(null)) return { body: vars };
  const databases = await deps.databasesById(app.teamId, [
    ...new Set(app.attachments.map(({ databaseId }) => databaseId)),
  ]);
  const placeholderByName = await placeholders(deps, app, databases);
  const body = Object.fromEntries(
    Object.entries(vars).map(([name, value]) => [name, value ?? placeholderByName.get(name) ?? '(unreadable)']),
  );
  return { body, warning: await warningOf(deps, databases) };
}

/** The texts that replace unreadable values, by config var. */
async function placeholders(
  deps: ConfigVarsDeps,
  app: App,
  databases: readonly Database[],
): Promise<ReadonlyMap<string, string>> {
  const situations = await situationsOf(deps, databases);
  return new Map(
    databases.flatMap((database) => {
      const situation = situations.get(database.keyId ?? '');
      const text =
        database.keyId && database.endpoint ? unreadable(database, presentCauseIn(situation)) : notReady(database);
      return app.attachments
        .filter(({ databaseId }) => databaseId === database.id)
        .map(({ name }) => [configVarOf(name), text] as const);
    }),
  );
}
