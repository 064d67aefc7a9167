/** Changes the command of an app that this deployment runs. */

import { type App, type AppProcess, type AppRunner, nextRelease } from '#lib/model/app.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import { appSaved, releaseCreated } from '#lib/model/items/apps.ts';
import type { Needs } from '#lib/model/ports.ts';
import { wrongState } from '#lib/model/problem.ts';
import type { TeamRequest } from '#lib/model/request.ts';
import { requireApp } from '#lib/model/require.ts';
import { restartFor } from './restart.ts';

export type ChangeAppDeps = Needs<'findApp' | 'commit' | 'now'> & {
  /** Null where the deployment runs no apps itself. */
  readonly runner: () => Promise<AppRunner | null>;
};

export interface AppChange extends TeamRequest {
  readonly app: string;
  /** Null stops running the app on this machine. */
  readonly process: AppProcess | null;
}

/** Creates a release. Throws `not_found`, and `wrong_state` if the deployment does not run apps. */
export const changeApp =
  (deps: ChangeAppDeps) =>
  ({ teamId, actor, app: nameOrId, process }: AppChange): Promise<App> =>
    retryOnConflict(async () => {
      const app = await requireApp(deps)(teamId, nameOrId);
      const runner = await deps.runner();
      if (!runner) {
        throw wrongState(
          'event',
          'This deployment does not run apps; it publishes AppRestartRequested to the system that does.',
        );
      }
      if (!process) await runner.stop(app.id);
      const at = deps.now();
      const release = nextRelease(app, { description: 'Change how it is run', by: actor.id, at });
      const saved: App = { ...app, process, release: release.version };
      await deps.commit({
        teamId,
        at,
        changes: [appSaved(saved), releaseCreated(teamId, release)],
        entries: [{ type: 'AppChanged', actor, subject: { appId: app.id }, data: { name: app.name } }],
        effects: [restartFor(app, release.version)],
      });
      return saved;
    });
