/** The drill schedule of a key: drills that start by themselves. */
import * as z from 'zod/mini';
import { windowText } from '#lib/databases/maintenance-window.ts';
import type { DrillSchedule } from '#lib/model/drill-schedule.ts';
import { drillModes, drillPeriods } from '#lib/model/drill-state.ts';
import { type Infer, lazily, lazyObject, lazyStrictObject } from '#lib/model/schema.ts';
import { drillProblems } from './drills.ts';
import { GivenArn } from './keys.ts';
import { Window } from './operating.ts';
import { email, operation, time } from './operation.ts';

const mode = lazily(() =>
  z.enum(drillModes).check(z.describe('`simulated`: under the live key. `real`: under a drill key')),
);
const every = lazily(() => z.enum(drillPeriods).check(z.describe('At least this long passes between two starts')));
const owner = lazily(() =>
  email().check(
    z.describe('Who is responsible for the drills; a contact of the key gets the notices of failed and overdue drills'),
  ),
);

export const DrillScheduleView = lazyObject(() => ({
  mode: mode(),
  every: every(),
  window: Window(),
  windowText: z.string().check(z.describe('For example `Mondays 10:00 to 14:00 UTC`')),
  owner: owner(),
  drillKey: z.nullable(z.string()).check(z.describe('The full ARN of the drill key; null for mode simulated')),
  nextAt: time().check(z.describe('The start of the window in which the next drill is due')),
  overdueSince: z
    .nullable(time())
    .check(z.describe('The first due time whose window ended without a drill; null if a drill has started since')),
  lastStartedAt: z.nullable(time()),
  skipped: z
    .nullable(z.object({ dueAt: time(), at: time(), reason: z.string(), detail: z.string() }))
    .check(z.describe('The last refused start: the code of its problem, and what to do')),
}));

export const drillScheduleView = (schedule: DrillSchedule): Infer<typeof DrillScheduleView> => ({
  mode: schedule.mode,
  every: schedule.every,
  window: schedule.window,
  windowText: windowText(schedule.window),
  owner: schedule.owner,
  drillKey: schedule.drillKey,
  nextAt: schedule.nextAt,
  overdueSince: schedule.overdueSince,
  lastStartedAt: schedule.lastStartedAt,
  skipped: schedule.skipped,
});

export const GetDrillSchedule = operation({
  id: 'getDrillSchedule',
  route: 'GET /v1/keys/{key}/drill-schedule',
  summary: 'When drills of a key start by themselves',
  scope: 'read',
  response: DrillScheduleView,
  problems: ['not_found'],
});

export const SetDrillSchedule = operation({
  id: 'setDrillSchedule',
  route: 'PUT /v1/keys/{key}/drill-schedule',
  summary:
    'Schedules drills of a key, or replaces the schedule, after a check of the drill key with KMS. A drill that ' +
    'cannot start is tried every minute until its window ends, then in the next window',
  scope: 'write',
  body: lazyStrictObject(() => ({
    mode: mode(),
    every: every(),
    window: Window(),
    owner: owner(),
    drillKey: z
      .optional(GivenArn())
      .check(z.describe('The full ARN of a key without databases, which its owner disables; required for mode real')),
  })),
  response: DrillScheduleView,
  problems: drillProblems,
});

export const RemoveDrillSchedule = operation({
  id: 'removeDrillSchedule',
  route: 'DELETE /v1/keys/{key}/drill-schedule',
  summary: 'Removes the schedule; a drill under way goes on',
  scope: 'write',
  problems: ['not_found'],
});
