/**
 * Restarts apps that run as ECS services, whose tasks read their config vars at the start. Only the operator maps apps
 * to services, because a team that could name a service could restart another team's.
 */

import { log } from '#lib/log.ts';
import type { App } from '#lib/model/app.ts';
import type { Needs } from '#lib/model/ports.ts';

/**
 * Returns false if the app has no service here, so that its restart is requested by event. Idempotent: the newest
 * deployment replaces the others.
 */
export const restartOnEcs =
  ({ ecsServiceOf, forceNewDeployment }: Needs<'ecsServiceOf' | 'forceNewDeployment'>) =>
  async ({ id, name }: Pick<App, 'id' | 'name'>): Promise<boolean> => {
    const target = await ecsServiceOf(id);
    if (!target) return false;
    const restarted = await forceNewDeployment(target);
    if (!restarted) log.error('ECS has no such service', { app: name, ...target });
    return restarted;
  };
