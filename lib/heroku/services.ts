/** The only add-on service and its plans. */
import { plans } from '#lib/model/plans.ts';
import { planView, service } from './addon.ts';
import { serviceName } from './ids.ts';
import { resourceNotFound } from './resolve.ts';
import type { HerokuRequest, HerokuResponse } from './route.ts';

export const herokuServices = () => ({
  list: async (): Promise<HerokuResponse> => ({ body: [service] }),
  get: async ({ path }: HerokuRequest): Promise<HerokuResponse> => {
    assertService(path('service'));
    return { body: service };
  },
  plans: async ({ path }: HerokuRequest): Promise<HerokuResponse> => {
    assertService(path('service'));
    return { body: plans.map(planView) };
  },
});

function assertService(name: string): void {
  if (name === serviceName) return;
  throw resourceNotFound('addon_service', `add-on service: there is only ${serviceName} here`);
}
