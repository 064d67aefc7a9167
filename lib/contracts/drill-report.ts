/** The signed report of a drill. The schemas are loose, because members that were signed must not be removed. */
import * as z from 'zod/mini';
import type { SignedDrillReport } from '#lib/evidence/drill/statement.ts';
import { drillFailures, drillModes, drillOutcomes, drillStages } from '#lib/model/drill-state.ts';
import { type Infer, lazyLooseObject, lazyStrictObject } from '#lib/model/schema.ts';
import { DrillReportView } from './drills.ts';
import { algorithm, SignatureView, signingKey } from './evidence.ts';
import { nameOrId, operation, time } from './operation.ts';

const keyRef = lazyLooseObject(() => ({ id: z.string(), arn: z.string() }));

const Facts = lazyLooseObject(() => ({
  id: z.string(),
  mode: z.enum(drillModes),
  key: keyRef(),
  drillKey: z.nullable(keyRef()),
  database: z.looseObject({ id: z.string(), name: z.string() }),
  plan: z.string(),
  waitingPeriodMinutes: z.int(),
  expected: z.looseObject({ stopSeconds: z.nullable(z.number()), restartSeconds: z.nullable(z.number()) }),
  stages: z.array(z.looseObject({ stage: z.enum(drillStages), at: time() })),
  lockout: z
    .nullable(
      z.looseObject({
        id: z.string(),
        openedAt: time(),
        steps: z.array(z.looseObject({ state: z.string(), at: time() })),
      }),
    )
    .check(z.describe("The fork's lockout; null if none was opened")),
  ...z.pick(DrillReportView(), { noticed: true, opening: true }).shape,
  findings: z.optional(DrillReportView().shape.findings),
  footprint: z.nullable(z.looseObject({ instanceType: z.string(), volumeGiB: z.int() })),
  outcome: z.enum(drillOutcomes),
  failure: z.nullable(z.enum(drillFailures)),
  detail: z.nullable(z.string()),
  startedAt: time(),
  endedAt: time(),
}));

const SignedDrillReportView = lazyStrictObject(() => ({
  statement: z.looseObject({
    format: z.literal('latchkey-drill-report/1'),
    team: z.string(),
    summary: z.string(),
    drill: Facts().check(z.describe('What Latchkey recorded; phases, cost and sentences follow from it')),
    ...z.pick(DrillReportView(), { phases: true, parity: true, cost: true, notShown: true, fixes: true }).shape,
    signedBy: z.looseObject({ keyId: signingKey(), algorithm: algorithm() }),
    verify: z.array(z.string()).check(z.describe('How to verify the statement')),
  }),
  signature: SignatureView(),
}));
type SignedDrillReportView = Infer<typeof SignedDrillReportView>;

export const signedReportView = (report: SignedDrillReport) => report as unknown as SignedDrillReportView;
export const signedReportIn = (view: SignedDrillReportView) => view as unknown as SignedDrillReport;

export const GetDrillReport = operation({
  id: 'getDrillReport',
  route: 'GET /v1/drills/{drill}/report',
  summary:
    'The report of an ended drill, signed by a KMS key of the platform. With `Accept: text/html`, a page to read ' +
    'and print',
  scope: 'read',
  params: () => z.strictObject({ drill: nameOrId().check(z.describe("The drill's id")) }),
  response: SignedDrillReportView,
  page: true,
  problems: ['not_found', 'wrong_state'],
});
