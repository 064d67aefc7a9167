/**
 * Restarting apps that run as services on ECS. Which service is an app's is the operator's to say: a team that could name one could restart
 * another's. Tasks read their config vars when they start.
 */

import { log } from '#lib/log.ts';
import type { App } from '#lib/model/app.ts';
import type { Needs } from '#lib/model/ports.ts';

export type EcsDeps = Needs<'ecsServiceOf' | 'forceNewDeployment'>;

/** False where nothing was restarted: whoever runs the app is asked to then. May run twice: the newest deployment replaces the others. */
export const restartOnEcs =
  ({ ecsServiceOf, forceNewDeployment }: EcsDeps) =>
  async ({ id, name }: Pick<App, 'id' | 'name'>): Promise<boolean> => {
    const target = await ecsServiceOf(id);
    if (!target) return false;
    const restarted = await forceNewDeployment(target);
    if (!restarted) log.error('ECS has no such service', { app: name, ...target });
    return restarted;
  };
