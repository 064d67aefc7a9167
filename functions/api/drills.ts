/**
 * Starts, estimates and schedules drills. They are a function of their own: a drill key is checked with KMS, starting a
 * drill needs the key's KMS permissions for the fork's password, and measures the leader.
 */
import { drillScheduleView, SetDrillSchedule } from '#lib/contracts/drill-schedules.ts';
import { drillView, EstimateDrill, StartDrill } from '#lib/contracts/drills.ts';
import { route, withView } from '#lib/edge/rest-api.ts';
import * as drills from '#lib/wiring/drills.ts';
import { restApi } from '#lib/wiring/rest-api.ts';

export const handler = restApi(() => ({
  'POST /v1/keys/{key}/drills': route(StartDrill, withView(drills.start(), drillView)),
  'POST /v1/keys/{key}/drills/estimate': route(EstimateDrill, drills.estimate()),
  'PUT /v1/keys/{key}/drill-schedule': route(SetDrillSchedule, withView(drills.setSchedule(), drillScheduleView)),
}));
