/** Restarting an app because somebody says so, with the release that it has. */

import type { App } from '#lib/model/app.ts';
import type { Clock } from '#lib/model/clock.ts';
import { againOnConflict } from '#lib/model/conflict.ts';
import type { Actor } from '#lib/model/entry.ts';
import { appSaved } from '#lib/model/items/apps.ts';
import { notFound } from '#lib/model/problem.ts';
import type { Record } from '#lib/outbox/record.ts';
import { restartFor } from './restart.ts';

export interface RestartNowDeps {
  readonly findApp: (teamId: string, nameOrId: string) => Promise<App | null>;
  readonly record: Record;
  readonly now: Clock;
}

/** Throws `not_found`. */
export const restartNow =
  (deps: RestartNowDeps) =>
  ({ teamId, actor, app: nameOrId }: { teamId: string; actor: Actor; app: string }): Promise<App> =>
    againOnConflict(async () => {
      const app = await deps.findApp(teamId, nameOrId);
      if (!app) throw notFound('app', nameOrId);
      await deps.record({
        teamId,
        at: deps.now(),
        changes: [appSaved({ ...app, restarted: app.release - 1 })],
        entries: [
          {
            type: 'AppRestartOrdered',
            actor,
            subject: { appId: app.id },
            data: { name: app.name, release: app.release },
          },
        ],
        effects: [restartFor(app, app.release)],
      });
      return app;
    });
