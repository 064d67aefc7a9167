/** The restart driver that the deployment chose. The runner of apps belongs to whoever embeds this, and is given here. */

import { restartOnEcs } from '#lib/apps/restart-ecs.ts';
import { ecsServices } from '#lib/aws/ecs.ts';
import { restartConfig } from '#lib/config.ts';
import type { App, AppRunner } from '#lib/model/app.ts';
import { Transient } from '#lib/model/problem.ts';
import { placementStore } from '#lib/store/placements.ts';

let own: AppRunner | null = null;

/** For the process that runs the apps; null when it runs them no longer. */
export const useAppRunner = (runner: AppRunner | null): void => {
  own = runner;
};

const runsApps = (): boolean => restartConfig().RESTART_DRIVER === 'process';

/** Null under the other drivers. Throws `Transient` while whoever runs the apps is not up. */
export async function appRunner(): Promise<AppRunner | null> {
  if (!runsApps()) return null;
  if (!own) throw new Transient('Nobody runs the apps now');
  return own;
}

/** Null where no service of AWS runs the apps. */
export const serviceRestarter = (): ((app: App) => Promise<boolean>) | null =>
  restartConfig().RESTART_DRIVER === 'ecs' ? restartOnEcs({ ...ecsServices(), ...placementStore() }) : null;
