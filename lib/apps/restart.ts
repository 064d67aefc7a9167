/**
 * Restarting an app with its newest release. The `event` driver tells whoever runs the app; the `process` driver runs it on this machine, if
 * it says how; the `ecs` driver makes a new deployment of its service. Either way the timeline has it, once per release.
 */

import type { App, AppRunner } from '#lib/model/app.ts';
import type { ConfigVars } from '#lib/model/config-vars.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Actor } from '#lib/model/entry.ts';
import { appSaved } from '#lib/model/items/apps.ts';
import type { RestartRequest } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';

export type RestartDeps = Needs<'findApp' | 'commit' | 'now'> & {
  readonly configVarsOf: (app: App) => Promise<ConfigVars>;
  /** Null where the deployment runs no apps itself. */
  readonly runner: () => Promise<AppRunner | null>;
  /** Whether a service of AWS restarted it; null or not set where none runs apps. */
  readonly restartService?: ((app: App) => Promise<boolean>) | null;
};

const actor: Actor = { kind: 'workflow', id: 'restart' };

/** May run twice: an app that was restarted with the release, or a later one, is left alone, and so is one that is gone. */
export const restartApp =
  (deps: RestartDeps) =>
  ({ teamId, appId, release }: RestartRequest): Promise<void> =>
    retryOnConflict(async () => {
      const app = await deps.findApp(teamId, appId);
      if (!app || (app.restarted ?? 0) >= release) return;
      const restarted = (await deps.restartService?.(app)) || (await ranHere(deps, app));
      const type = restarted ? ('AppRestarted' as const) : ('AppRestartRequested' as const);
      const entry = { type, actor, subject: { appId }, data: { name: app.name, release: app.release } };
      await deps.commit({
        teamId,
        at: deps.now(),
        changes: [appSaved({ ...app, restarted: app.release })],
        entries: [entry],
      });
    });

/** What is unreadable, as under a locked-out key, is not in the environment. */
export async function ranHere(deps: Pick<RestartDeps, 'runner' | 'configVarsOf'>, app: App): Promise<boolean> {
  const runner = await deps.runner();
  if (!runner || !app.process) return false;
  const vars = Object.entries(await deps.configVarsOf(app));
  const environment = Object.fromEntries(vars.filter((pair): pair is [string, string] => pair[1] !== null));
  await runner.restart({ teamId: app.teamId, appId: app.id, name: app.name, process: app.process, environment });
  return true;
}

/** The effect that goes with every new release. */
export const restartFor = ({ teamId, id }: App, release: number) =>
  ({ kind: 'restart', restart: { teamId, appId: id, release } }) as const;
