/** Finding an app of the team by name or id. */
import { notFound } from '#lib/problem.ts';
import type { App } from './app.ts';

/** Throws `not_found`. */
export const foundApp =
  ({ findApp }: { readonly findApp: (teamId: string, nameOrId: string) => Promise<App | null> }) =>
  async (teamId: string, nameOrId: string): Promise<App> => {
    const app = await findApp(teamId, nameOrId);
    if (!app) throw notFound('app', nameOrId);
    return app;
  };
