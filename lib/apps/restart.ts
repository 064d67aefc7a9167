/**
 * Restarts an app with its newest release. The `event` driver publishes a request, the `process` driver runs the app on
 * this machine, and the `ecs` driver deploys its service; each adds one timeline entry per release.
 */

import type { App, AppRunner, ConfigVars } from '#lib/model/app.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Actor } from '#lib/model/entry.ts';
import { appSaved } from '#lib/model/items/apps.ts';
import type { RestartRequest } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';

export type RestartDeps = Needs<'findApp' | 'commit' | 'now'> & {
  readonly configVarsOf: (app: App) => Promise<ConfigVars>;
  /** Null where the deployment runs no apps itself. */
  readonly runner: () => Promise<AppRunner | null>;
  /** Returns whether ECS restarted the app. Null or absent without the `ecs` driver. */
  readonly restartService?: ((app: App) => Promise<boolean>) | null;
};

const actor: Actor = { kind: 'workflow', id: 'restart' };

/** Idempotent: ignores an app that no longer exists, or that was restarted with this or a later release. */
export const restartApp =
  (deps: RestartDeps) =>
  ({ teamId, appId, release }: RestartRequest): Promise<void> =>
    retryOnConflict(async () => {
      const app = await deps.findApp(teamId, appId);
      if (!app || (app.restarted ?? 0) >= release) return;
      const restarted = (await deps.restartService?.(app)) || (await restartLocally(deps, app));
      const type = restarted ? ('AppRestarted' as const) : ('AppRestartRequested' as const);
      const entry = { type, actor, subject: { appId }, data: { name: app.name, release: app.release } };
      await deps.commit({
        teamId,
        at: deps.now(),
        changes: [appSaved({ ...app, restarted: app.release })],
        entries: [entry],
      });
    });

/** Returns whether the app runs on this machine. Config vars that cannot be read are left out of its environment. */
export async function restartLocally(deps: Pick<RestartDeps, 'runner' | 'configVarsOf'>, app: App): Promise<boolean> {
  const runner = await deps.runner();
  if (!runner || !app.process) return false;
  const vars = Object.entries(await deps.configVarsOf(app));
  const environment = Object.fromEntries(vars.filter((pair): pair is [string, string] => pair[1] !== null));
  await runner.restart({ teamId: app.teamId, appId: app.id, name: app.name, process: app.process, environment });
  return true;
}

/** The outbox message of a new release. */
export const restartFor = ({ teamId, id }: App, release: number) =>
  ({ kind: 'restart', restart: { teamId, appId: id, release } }) as const;
