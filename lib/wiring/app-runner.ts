/** The deployment's restart driver. The process that embeds the platform provides the runner of apps. */

import { restartOnEcs } from '#lib/apps/restart-ecs.ts';
import { ecsServices } from '#lib/aws/ecs.ts';
import { restartConfig } from '#lib/config.ts';
import type { App, AppRunner } from '#lib/model/app.ts';
import { Transient } from '#lib/model/problem.ts';
import { placementStore } from '#lib/store/placements.ts';

let own: AppRunner | null = null;

/** Called by the process that runs the apps; null when it stops running them. */
export const useAppRunner = (runner: AppRunner | null): void => {
  own = runner;
};

const runsApps = (): boolean => restartConfig().RESTART_DRIVER === 'process';

/** Null under other drivers. Throws `Transient` while no process runs the apps. */
export async function appRunner(): Promise<AppRunner | null> {
  if (!runsApps()) return null;
  if (!own) throw new Transient('No process runs the apps now');
  return own;
}

/** Null unless ECS runs the apps. */
export const serviceRestarter = (): ((app: App) => Promise<boolean>) | null =>
  restartConfig().RESTART_DRIVER === 'ecs' ? restartOnEcs({ ...ecsServices(), ...placementStore() }) : null;
