/** Serves `ps`: shows the process of an app that this deployment runs, and restarts apps. */
import type { restartNow } from '#lib/apps/restart-now.ts';
import { Problem } from '#lib/model/problem.ts';
import { dynosOf } from './app.ts';
import { appNamed, type FindDeps } from './resolve.ts';
import type { HerokuRequest, HerokuResponse } from './route.ts';

type DynoReadDeps = Pick<FindDeps, 'findApp'>;

export type DynoChangeDeps = DynoReadDeps & {
  readonly restartNow: ReturnType<typeof restartNow>;
};

export const herokuDynoReads = (deps: DynoReadDeps) => ({
  list: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => ({
    body: dynosOf(await appNamed(deps, teamId, path('app'))),
  }),

  formation: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const dynos = dynosOf(await appNamed(deps, teamId, path('app')));
    return { body: dynos.map(({ type, size, command, app }) => ({ id: type, type, size, command, app, quantity: 1 })) };
  },
});

export const herokuDynoChanges = (deps: DynoChangeDeps) => ({
  restart: async ({ teamId, actor, path }: HerokuRequest): Promise<HerokuResponse> => {
    const app = await appNamed(deps, teamId, path('app'));
    await deps.restartNow({ teamId, actor, app: app.id });
    return { body: {}, status: 202 };
  },

  /** Restarts a dyno by its name or type; an app has one of each. */
  restartOne: async (request: HerokuRequest): Promise<HerokuResponse> => {
    const { teamId, actor, path } = request;
    const app = await appNamed(deps, teamId, path('app'));
    const known = dynosOf(app).some(({ name, type }) => [name, type].includes(path('dyno')));
    if (!known)
      throw new Problem('not_found', `Couldn't find that process: ${app.name} has no ${path('dyno')}.`, {
        resource: 'dyno',
      });
    await deps.restartNow({ teamId, actor, app: app.id });
    return { body: {}, status: 202 };
  },

  refuse: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const { name } = await appNamed(deps, teamId, path('app'));
    throw new Problem(
      'wrong_state',
      `Latchkey restarts ${name}; it does not scale or stop it. Do that where the app runs.`,
    );
  },
});
