/** PATCH /v1/databases/{database}/plan: moves a database to another plan. */
import { databaseView } from '#lib/contracts/databases.ts';
import { ChangePlan } from '#lib/contracts/operating.ts';
import { changePlan } from '#lib/databases/change-plan.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { rotating } from '#lib/wiring/databases.ts';

export const handler = endpoint(ChangePlan, () => {
  const change = changePlan(rotating());
  return async (request) => databaseView(await change(request));
});
