/** The events of drills (`events.ts`). */
import * as z from 'zod/mini';
import { drillFailures, drillModes, drillOutcomes, drillStages } from './drill-state.ts';

const drillFields = {
  arn: z.string().check(z.describe('The full ARN of the key whose revocation is rehearsed')),
  drill: z.string().check(z.describe("The drill's id")),
  mode: z.enum(drillModes),
};

export const drillEvents = {
  DrillStarted: z
    .object({ ...drillFields, database: z.string(), waitingPeriodMinutes: z.int() })
    .check(z.describe('A rehearsal of a revocation began: a fork of the database is locked out and restored')),
  DrillAdvanced: z
    .object({ ...drillFields, from: z.enum(drillStages), to: z.enum(drillStages) })
    .check(z.describe('The drill entered another stage')),
  DrillEnded: z
    .object({
      ...drillFields,
      outcome: z.enum(drillOutcomes),
      failure: z.nullable(z.enum(drillFailures)),
      detail: z.nullable(z.string()),
    })
    .check(z.describe("The fork is removed; GET /v1/drills/{drill} has the drill's report")),
} as const;
