/** Restarts an app on request, with its present release. */

import type { App } from '#lib/model/app.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import { appSaved } from '#lib/model/items/apps.ts';
import type { Needs } from '#lib/model/ports.ts';
import type { TeamRequest } from '#lib/model/request.ts';
import { requireApp } from '#lib/model/require.ts';
import { restartFor } from './restart.ts';

/** Throws `not_found`. */
export const restartNow =
  (deps: Needs<'findApp' | 'commit' | 'now'>) =>
  ({ teamId, actor, app: nameOrId }: TeamRequest & { app: string }): Promise<App> =>
    retryOnConflict(async () => {
      const app = await requireApp(deps)(teamId, nameOrId);
      const data = { name: app.name, release: app.release };
      await deps.commit({
        teamId,
        at: deps.now(),
        changes: [appSaved({ ...app, restarted: app.release - 1 })],
        entries: [{ type: 'AppRestartOrdered', actor, subject: { appId: app.id }, data }],
        effects: [restartFor(app, app.release)],
      });
      return app;
    });
