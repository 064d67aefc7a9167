/** The actions of the CLI's `redis:*` commands on a database. */

import type { resetStatistics } from '#lib/databases/reset-statistics.ts';
import type { rotateCredentials } from '#lib/databases/rotate.ts';
import type { configureDatabase } from '#lib/databases/settings.ts';
import type { Settings } from '#lib/model/database.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { configView } from './redis.ts';
import { addonNamed } from './resolve.ts';
import type { HerokuRequest, HerokuResponse } from './route.ts';

export type ActionDeps = Needs<'findDatabase'> & {
  readonly configureDatabase: ReturnType<typeof configureDatabase>;
  readonly resetStatistics: ReturnType<typeof resetStatistics>;
  readonly rotateCredentials: ReturnType<typeof rotateCredentials>;
};

export interface ConfigChange {
  readonly timeout?: number | undefined;
  readonly maxmemory_policy?: string | undefined;
  readonly notify_keyspace_events?: string | undefined;
}

export const herokuDatabaseActions = (deps: ActionDeps) => ({
  rotate: async ({ teamId, actor, path }: HerokuRequest): Promise<HerokuResponse> => {
    const { id } = await addonNamed(deps, teamId, path('database'));
    await deps.rotateCredentials({ teamId, actor, database: id });
    return { body: { message: 'The credentials were rotated.' } };
  },

  configure: async ({ teamId, actor, path, body }: HerokuRequest<ConfigChange>): Promise<HerokuResponse> => {
    const { id } = await addonNamed(deps, teamId, path('database'));
    const { timeout, maxmemory_policy, notify_keyspace_events } = body;
    const settings: Settings = {
      ...(timeout === undefined ? {} : { idleTimeoutSeconds: timeout }),
      ...(maxmemory_policy === undefined ? {} : { evictionPolicy: maxmemory_policy }),
      ...(notify_keyspace_events === undefined ? {} : { keyspaceEvents: notify_keyspace_events }),
    };
    return { body: configView(await deps.configureDatabase({ teamId, actor, database: id, settings })) };
  },

  resetStatistics: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const { id } = await addonNamed(deps, teamId, path('database'));
    await deps.resetStatistics({ teamId, database: id });
    return { body: { message: 'done' } };
  },

  rejectUpgrade: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const { name } = await addonNamed(deps, teamId, path('database'));
    throw new Problem(
      'wrong_state',
      `The platform chooses the version of ${name}: it is upgraded during maintenance, and a version cannot be chosen.`,
    );
  },
});
