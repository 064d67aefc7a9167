/** The only add-on service and its plans. */
import { plans } from '#lib/model/plans.ts';
import { Problem } from '#lib/model/problem.ts';
import { planView, service } from './addon.ts';
import { serviceName } from './ids.ts';
import type { HerokuRequest, HerokuResponse } from './route.ts';

type Request = HerokuRequest<unknown>;

export const herokuServices = () => ({
  list: async (): Promise<HerokuResponse> => ({ body: [service] }),
  get: async ({ path }: Request): Promise<HerokuResponse> => {
    assertService(path('service'));
    return { body: service };
  },
  plans: async ({ path }: Request): Promise<HerokuResponse> => {
    assertService(path('service'));
    return { body: plans.map(planView) };
  },
});

function assertService(name: string): void {
  if (name === serviceName) return;
  throw new Problem('not_found', `Couldn't find that add-on service: there is only ${serviceName} here.`, {
    resource: 'addon_service',
  });
}
