/** PATCH /v1/databases/{database}/plan: moves a database to another plan. */
import { databaseView } from '#lib/contracts/databases.ts';
import { ChangePlan } from '#lib/contracts/operating.ts';
import { rotating } from '#lib/databases/assembly.ts';
import { changePlan } from '#lib/databases/change-plan.ts';
import { endpoint } from '#lib/edge/endpoint.ts';

export const handler = endpoint(ChangePlan, () => {
  const change = changePlan(rotating());
  return async (request) => databaseView(await change(request));
});
