/** Finding an app of the team by name or id. */

import type { App } from '#lib/model/app.ts';
import { notFound } from '#lib/model/problem.ts';

/** Throws `not_found`. */
export const foundApp =
  ({ findApp }: { readonly findApp: (teamId: string, nameOrId: string) => Promise<App | null> }) =>
  async (teamId: string, nameOrId: string): Promise<App> => {
    const app = await findApp(teamId, nameOrId);
    if (!app) throw notFound('app', nameOrId);
    return app;
  };
