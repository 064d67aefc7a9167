/**
 * Starts and estimates drills. They are a function of their own: starting one needs the key's KMS permissions for
 * the fork's password, and measures the leader.
 */
import { drillView, EstimateDrill, StartDrill } from '#lib/contracts/drills.ts';
import { route } from '#lib/edge/rest-api.ts';
import * as drills from '#lib/wiring/drills.ts';
import { restApi } from '#lib/wiring/rest-api.ts';

export const handler = restApi(() => {
  const start = drills.start();
  return {
    'POST /v1/keys/{key}/drills': route(StartDrill, async (request) => drillView(await start(request))),
    'POST /v1/keys/{key}/drills/estimate': route(EstimateDrill, drills.estimate()),
  };
});
