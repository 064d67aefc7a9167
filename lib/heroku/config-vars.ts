/** Config vars as the CLI shows and sets them. One that is unreadable says so where its value would be. */

import type { changeConfigVars, readConfigVars } from '#lib/apps/config-vars.ts';
import { type App, configVarOf } from '#lib/model/app.ts';
import type { ConfigVars } from '#lib/model/config-vars.ts';
import type { Database } from '#lib/model/database.ts';
import type { Needs } from '#lib/model/ports.ts';
import { appNamed, type FindDeps, situationsOf } from './find.ts';
import { notYet, presentCauseIn, unreadable } from './lockout.ts';
import type { Answer, HerokuRequest } from './route.ts';
import { type WarnDeps, warningOf } from './warning.ts';

export type ConfigVarsDeps = Pick<FindDeps, 'findApp' | 'keyById' | 'lockoutById'> &
  WarnDeps &
  Needs<'databasesById'> & {
    readonly readConfigVars: ReturnType<typeof readConfigVars>;
    readonly changeConfigVars: ReturnType<typeof changeConfigVars>;
  };

export const herokuConfigVars = (deps: ConfigVarsDeps) => ({
  read: async ({ teamId, path }: HerokuRequest<unknown>): Promise<Answer> => {
    const app = await appNamed(deps, teamId, path('app'));
    return shown(deps, app, await deps.readConfigVars({ teamId, app: app.id }));
  },
  change: async ({ teamId, actor, path, body }: HerokuRequest<{ vars: ConfigVars }>): Promise<Answer> => {
    const app = await appNamed(deps, teamId, path('app'));
    return shown(deps, app, await deps.changeConfigVars({ teamId, app: app.id, actor, vars: body.vars }));
  },
});

async function shown(deps: ConfigVarsDeps, app: App, vars: ConfigVars): Promise<Answer> {
  if (!Object.values(vars).includes(null)) return { body: vars };
  const databases = await deps.databasesById(app.teamId, [
    ...new Set(app.attachments.map(({ databaseId }) => databaseId)),
  ]);
  const texts = await textsFor(deps, app, databases);
  const body = Object.fromEntries(
    Object.entries(vars).map(([name, value]) => [name, value ?? texts.get(name) ?? '(unreadable)']),
  );
  return { body, warning: await warningOf(deps, databases) };
}

/** What stands for each attachment's value while it is unreadable. */
async function textsFor(
  deps: ConfigVarsDeps,
  app: App,
  databases: readonly Database[],
): Promise<ReadonlyMap<string, string>> {
  const situations = await situationsOf(deps, databases);
  return new Map(
    databases.flatMap((database) => {
      const situation = situations.get(database.keyId ?? '');
      const text =
        database.keyId && database.endpoint ? unreadable(database, presentCauseIn(situation)) : notYet(database);
      return app.attachments
        .filter(({ databaseId }) => databaseId === database.id)
        .map(({ name }) => [configVarOf(name), text] as const);
    }),
  );
}
