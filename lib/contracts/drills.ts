/** Drills: rehearsals of a revocation. */
import * as z from 'zod/mini';
import type { DrillReport } from '#lib/drills/report.ts';
import type { Drill, DrillFindings } from '#lib/model/drill.ts';
import { drillFailures, drillModes, drillOutcomes, drillStages } from '#lib/model/drill-state.ts';
import { type Infer, lazily, lazyObject, lazyStrictObject } from '#lib/model/schema.ts';
import { GivenArn } from './keys.ts';
import { nameOrId, operation, pageOf, pageQuery, time } from './operation.ts';

const stage = lazily(() => z.enum(drillStages));
const keyRef = lazyObject(() => ({ id: z.string(), arn: z.string() }));

export const DrillView = lazyObject(() => ({
  id: z.string(),
  mode: z.enum(drillModes).check(z.describe('`simulated`: under the live key. `real`: under a drill key')),
  key: keyRef().check(z.describe('The key whose revocation is rehearsed')),
  drillKey: z.nullable(keyRef()).check(z.describe('The key that its owner disables; null in a simulated drill')),
  database: z.object({ id: z.string(), name: z.string() }).check(z.describe('The database that was forked')),
  waitingPeriodMinutes: z.int(),
  stage: stage(),
  stages: z.array(z.object({ stage: stage(), at: time() })).check(z.describe('When each stage was entered')),
  lockout: z.nullable(z.string()).check(z.describe("The id of the fork's lockout; null before it opens")),
  outcome: z.nullable(z.enum(drillOutcomes)).check(z.describe('Null while the drill is under way')),
  failure: z.nullable(z.enum(drillFailures)),
  detail: z.nullable(z.string()),
  startedAt: time(),
  endedAt: z.nullable(time()),
}));

export const drillView = (drill: Drill): Infer<typeof DrillView> => ({
  id: drill.id,
  mode: drill.mode,
  key: { id: drill.keyId, arn: drill.keyArn },
  drillKey: drill.mode === 'real' ? { id: drill.drillKeyId, arn: drill.drillKeyArn } : null,
  database: { id: drill.leaderId, name: drill.leaderName },
  waitingPeriodMinutes: drill.waitingPeriodMinutes,
  stage: drill.stage,
  stages: [...drill.stages],
  lockout: drill.lockoutId,
  outcome: drill.verdict?.outcome ?? null,
  failure: drill.verdict?.failure ?? null,
  detail: drill.verdict?.detail ?? null,
  startedAt: drill.startedAt,
  endedAt: drill.endedAt,
});

const seconds = lazily(() => z.nullable(z.number()));
const fix = lazyObject(() => ({
  text: z.string(),
  command: z.nullable(z.string()).check(z.describe('An AWS CLI command for the account of the drill key')),
}));
const CostView = lazily(() =>
  z
    .object({
      instanceType: z.string(),
      instanceMinutes: z.int(),
      volumeGiB: z.int(),
      volumeGiBHours: z.int(),
      snapshots: z.int(),
    })
    .check(z.describe("What the fork occupies on EC2; AWS's prices apply")),
);

const Findings = lazyObject(() => ({
  isEventSeen: z
    .nullable(z.boolean())
    .check(z.describe('Whether an event of the disabled drill key arrived; null if it was never disabled')),
  refusedCall: z
    .nullable(z.object({ call: z.enum(['DisableKey', 'EnableKey']), by: z.string() }))
    .check(z.describe('The last call on the drill key that KMS refused, and the principal')),
  contacts: z.object({
    reachable: z.int(),
    bounced: z.array(z.string()).check(z.describe('Addresses whose mails bounced')),
  }),
}));

export const DrillReportView = lazily(() =>
  z.extend(DrillView(), {
    phases: z
      .array(
        z.object({
          phase: z.enum(['forked', 'noticed', 'stopped', 'restored', 'removed']),
          expectedSeconds: seconds().check(z.describe('By past lockouts of the team; null if none was measured')),
          measuredSeconds: seconds(),
          objectiveSeconds: seconds(),
          met: z.nullable(z.boolean()),
        }),
      )
      .check(z.describe('`stopped` is measured from the lockout, with its waiting period; `restored` from its return')),
    noticed: z
      .nullable(z.object({ by: z.string(), lagSeconds: seconds() }))
      .check(z.describe('How the disabled drill key was noticed; null in a simulated drill')),
    opening: z
      .nullable(z.object({ answer: z.string(), error: z.nullable(z.string()), requestId: z.nullable(z.string()) }))
      .check(z.describe("The attempt to open the stopped fork's volume")),
    findings: z
      .nullable(Findings())
      .check(z.describe('What a real drill found, also about the contacts of the key; null before its end')),
    parity: z.object({
      keysBefore: z.nullable(z.int()),
      keysAfter: z.nullable(z.int()),
      expiring: z.nullable(z.int()).check(z.describe('Keys that expire soon, which the comparison leaves out')),
      isSame: z.nullable(z.boolean()).check(z.describe('Whether the digests of all keys are equal')),
      lagBytes: z.nullable(z.int()).check(z.describe("The fork's lag when it left its leader")),
    }),
    cost: z.nullable(CostView()),
    notShown: z.array(z.string()).check(z.describe('What this drill cannot show')),
    fixes: z.array(fix()).check(z.describe('What to change before the next drill')),
    next: z.nullable(fix()).check(z.describe('What the owner of the drill key does now')),
    actions: z.array(z.enum(['abort'])).check(z.describe('What the caller may do now')),
  }),
);

const findingsView = ({ contacts, ...findings }: DrillFindings) => ({
  ...findings,
  contacts: { ...contacts, bounced: [...contacts.bounced] },
});

export const drillReportView = (
  { drill, phases, parity, cost, notShown, fixes, next }: DrillReport,
  mayWrite: boolean,
): Infer<typeof DrillReportView> => ({
  ...drillView(drill),
  phases: [...phases],
  noticed: drill.noticed,
  opening: drill.opening,
  findings: drill.findings ? findingsView(drill.findings) : null,
  parity,
  cost,
  notShown: [...notShown],
  fixes: [...fixes],
  next,
  actions: mayWrite && drill.stage !== 'ended' && drill.stage !== 'removing' ? ['abort'] : [],
});

const keyParams = lazyStrictObject(() => ({ key: nameOrId().check(z.describe("The key's id")) }));
const drillParams = lazyStrictObject(() => ({ drill: nameOrId().check(z.describe("The drill's id")) }));

const DrillBody = lazyStrictObject(() => ({
  mode: z.enum(drillModes),
  database: z.optional(nameOrId()).check(z.describe('Name or id; the smallest suitable database of the key if absent')),
  drillKey: z
    .optional(GivenArn())
    .check(z.describe('The full ARN of a key without databases, which its owner disables; required for mode real')),
  waitingPeriodMinutes: z
    .optional(z.int().check(z.minimum(0), z.maximum(60)))
    .check(z.describe('Of the drill alone; 0 by default')),
}));

/** Of a request that registers the drill key. */
export const drillProblems = [
  'not_found',
  'wrong_state',
  'key_unusable',
  'key_rejected',
  'key_taken',
  'quota_exceeded',
  'unavailable',
] as const;

export const StartDrill = operation({
  id: 'startDrill',
  route: 'POST /v1/keys/{key}/drills',
  summary: 'Starts a drill: a fork of a database is locked out, restored, compared and removed',
  scope: 'write',
  params: keyParams,
  body: DrillBody,
  response: DrillView,
  status: 202,
  locatedBy: 'id',
  locatedUnder: '/v1/drills',
  problems: drillProblems,
});

export const EstimateDrill = operation({
  id: 'estimateDrill',
  route: 'POST /v1/keys/{key}/drills/estimate',
  summary: 'Checks a drill without starting it, and estimates what its fork occupies',
  scope: 'write',
  params: keyParams,
  body: DrillBody,
  response: lazyObject(() => ({
    database: z.object({ id: z.string(), name: z.string(), plan: z.string() }),
    minutes: z.int().check(z.describe('About how long a drill of a small database takes')),
    cost: z.nullable(CostView()),
  })),
  problems: ['not_found', 'wrong_state', 'key_unusable', 'key_rejected', 'key_taken', 'unavailable'],
});

export const ListDrills = operation({
  id: 'listDrills',
  route: 'GET /v1/drills',
  summary: "The team's drills, newest first",
  scope: 'read',
  query: () =>
    z.extend(pageQuery(), {
      key: z.optional(nameOrId()).check(z.describe('Only drills of the key with this id; a page may be short')),
    }),
  response: () => pageOf(DrillView()),
});

export const GetDrill = operation({
  id: 'getDrill',
  route: 'GET /v1/drills/{drill}',
  summary: 'One drill, with its report',
  scope: 'read',
  params: drillParams,
  response: DrillReportView,
  problems: ['not_found'],
});

export const AbortDrill = operation({
  id: 'abortDrill',
  route: 'POST /v1/drills/{drill}/abort',
  summary: 'Aborts a drill; its fork is removed',
  scope: 'write',
  params: drillParams,
  response: DrillView,
  status: 202,
  problems: ['not_found', 'wrong_state'],
});
