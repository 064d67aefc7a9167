/** The events of drills (`events.ts`). */
import * as z from 'zod/mini';
import { drillFailures, drillModes, drillOutcomes, drillPeriods, drillStages } from './drill-state.ts';
import { lazily } from './schema.ts';

const drillFields = lazily(() => ({
  arn: z.string().check(z.describe('The full ARN of the key whose revocation is rehearsed')),
  drill: z.string().check(z.describe("The drill's id")),
  mode: z.enum(drillModes),
}));

export const drillEvents = {
  DrillStarted: () =>
    z
      .object({ ...drillFields(), database: z.string(), waitingPeriodMinutes: z.int() })
      .check(z.describe('A rehearsal of a revocation began: a fork of the database is locked out and restored')),
  DrillAdvanced: () =>
    z
      .object({ ...drillFields(), from: z.enum(drillStages), to: z.enum(drillStages) })
      .check(z.describe('The drill entered another stage')),
  DrillEnded: () =>
    z
      .object({
        ...drillFields(),
        outcome: z.enum(drillOutcomes),
        failure: z.nullable(z.enum(drillFailures)),
        detail: z.nullable(z.string()),
      })
      .check(z.describe("The fork is removed; GET /v1/drills/{drill} has the drill's report")),
  DrillScheduleChanged: () =>
    z
      .object({
        arn: drillFields().arn,
        schedule: z
          .nullable(
            z.object({
              mode: drillFields().mode,
              every: z.enum(drillPeriods),
              window: z.string().check(z.describe('For example `Mondays 10:00 to 14:00 UTC`')),
              owner: z.string(),
              nextAt: z.string().check(z.describe('The start of the window of the next drill')),
            }),
          )
          .check(z.describe('Null if the schedule was removed')),
      })
      .check(z.describe('The drills of the key are scheduled, rescheduled, or not scheduled any more')),
  DrillSkipped: () =>
    z
      .object({
        arn: drillFields().arn,
        mode: drillFields().mode,
        dueAt: z.string().check(z.describe('The start of the window in which the drill is due')),
        reason: z.string().check(z.describe('The code of the problem that refused the start')),
        detail: z.string(),
        isOverdue: z.boolean().check(z.describe('Whether the window ended without a drill')),
      })
      .check(
        z.describe(
          'A scheduled drill could not start; recorded once for each reason, and tried every minute until the window ' +
            'ends',
        ),
      ),
} as const;
