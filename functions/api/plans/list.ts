/** GET /v1/plans: all plans. */
import { ListPlans } from '#lib/contracts/databases.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { plans } from '#lib/model/plans.ts';

export const handler = endpoint(ListPlans, () => async () => ({
  items: plans.map((plan) => ({ ...plan, customerKey: plan.tier !== 'common' })),
  cursor: null,
}));
