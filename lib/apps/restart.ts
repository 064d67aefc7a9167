/**
 * Restarting an app with its newest release. The `event` driver tells whoever runs the app; the `process` driver runs it on this machine, if
 * it says how; the `ecs` driver makes a new deployment of its service. Either way the timeline has it, once per release.
 */

import type { App, AppProcess } from '#lib/model/app.ts';
import type { Clock } from '#lib/model/clock.ts';
import { againOnConflict } from '#lib/model/conflict.ts';
import type { Actor } from '#lib/model/entry.ts';
import { appSaved } from '#lib/model/items/apps.ts';
import type { RestartRequest } from '#lib/model/outbox-message.ts';
import type { Record } from '#lib/outbox/record.ts';
import type { ConfigVars } from './config-vars.ts';

/** Runs apps on this machine. */
export interface AppRunner {
  /** Ends what runs of the app, and starts it anew; resolves when it runs, or is known to try again. */
  restart(app: Runnable): Promise<void>;
  stop(appId: string): Promise<void>;
}

export interface Runnable {
  readonly teamId: string;
  readonly appId: string;
  readonly name: string;
  readonly process: AppProcess;
  readonly environment: { readonly [name: string]: string };
}

export interface RestartDeps {
  readonly findApp: (teamId: string, nameOrId: string) => Promise<App | null>;
  readonly configVarsOf: (app: App) => Promise<ConfigVars>;
  /** Null where the deployment runs no apps itself. */
  readonly runner: () => Promise<AppRunner | null>;
  /** Whether a service of AWS restarted it; null or not set where none runs apps. */
  readonly restartService?: ((app: App) => Promise<boolean>) | null;
  readonly record: Record;
  readonly now: Clock;
}

const actor: Actor = { kind: 'workflow', id: 'restart' };

/** May run twice: an app that was restarted with the release, or a later one, is left alone, and so is one that is gone. */
export const restartApp =
  (deps: RestartDeps) =>
  ({ teamId, appId, release }: RestartRequest): Promise<void> =>
    againOnConflict(async () => {
      const app = await deps.findApp(teamId, appId);
      if (!app || (app.restarted ?? 0) >= release) return;
      const restarted = (await deps.restartService?.(app)) || (await ranHere(deps, app));
      const type = restarted ? ('AppRestarted' as const) : ('AppRestartRequested' as const);
      const entry = { type, actor, subject: { appId }, data: { name: app.name, release: app.release } };
      await deps.record({
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
