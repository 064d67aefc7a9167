/**
 * What runs the apps of the local cloud. The import `#app-runner` (package.json) leads here, and to
 * `lib/wiring/app-runner.ts` in a deployed bundle.
 */
import type { RestartDeps } from '#lib/apps/restart.ts';
import { restartConfig } from '#lib/config.ts';
import type { AppRunner } from '#lib/model/app.ts';
import { Transient } from '#lib/model/problem.ts';

let current: AppRunner | null = null;

/** Set while the local cloud runs, since its functions share this process. */
export const setRunner = (runner: AppRunner | null): void => {
  current = runner;
};

/** Null unless `RESTART_DRIVER` is `process`. Throws `Transient` while the local cloud starts or ends. */
export const appRunner: RestartDeps['runner'] = async () => {
  if (restartConfig().RESTART_DRIVER !== 'process') return null;
  if (!current) throw new Transient('No process runs the apps now');
  return current;
};
