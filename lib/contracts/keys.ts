/** Keys: registering, checking, forgetting; the policy that we hand out. */
import * as z from 'zod/mini';
import { causes, type Key, neededActions, verdicts } from '#lib/model/key.ts';
import { keyArn } from '#lib/model/key-arn.ts';
import { readinessSummary } from '#lib/model/readiness/readiness.ts';
import { type Infer, lazily, lazyObject, lazyStrictObject } from '#lib/model/schema.ts';
import { operation, pageOf, pageQuery, time } from './operation.ts';
import { ReadinessVerdict } from './readiness.ts';
import { pasted } from './text.ts';

const cause = lazily(() => z.enum(causes));
const arn = lazily(() => z.string().check(z.describe("The key's full ARN")));
const pastedArn = lazily(() => pasted({ max: 300 }));
/** `parseKeyArn` explains an ARN that is not a key's. */
export const GivenArn = lazily(() =>
  pastedArn().check(
    z.describe("The key's full ARN"),
    z.meta({ pattern: keyArn.source.replace(/^\^(.*)\$$/, '^\\s*$1\\s*$') }),
  ),
);

export const Check = lazyObject(() => ({
  at: time(),
  actions: z
    .record(z.enum(neededActions), z.enum(['allowed', 'denied', 'unknown']))
    .check(z.describe("KMS's response for each action")),
  verdict: z
    .enum(verdicts)
    .check(
      z.describe('Degraded: Decrypt works, so what serves goes on, and KMS refuses another action that is needed'),
    ),
  cause: z.nullable(cause()).check(z.describe('Why the key is not usable')),
  fault: z.nullable(z.enum(['not_found', 'not_symmetric', 'wrong_usage'])),
  keyState: z.nullable(z.string()).check(z.describe('The key state as KMS reports it')),
  deletionDate: z.nullable(z.string()),
  rotation: z.nullable(z.boolean()),
  nextRotationAt: z.optional(z.nullable(time())).check(z.describe('When AWS rotates the material next')),
  validTo: z.optional(z.nullable(time())).check(z.describe('When imported material expires; null where it does not')),
  ownership: z
    .enum(['proven', 'unproven', 'unknown'])
    .check(z.describe("Proven: the key policy denies other teams' encryption contexts")),
  warnings: z.array(z.object({ code: z.string(), detail: z.string(), fix: z.string() })),
  fixes: z
    .array(z.object({ action: z.enum(neededActions), statement: z.record(z.string(), z.unknown()) }))
    .check(
      z.describe(
        "The statements to add to the key policy: one for each denied action, and those for EC2's volumes and " +
          'grants, which no check can try',
      ),
    ),
  calls: z
    .optional(
      z.array(
        z.object({
          call: z.string(),
          dryRun: z.boolean().check(z.describe('Whether the call was a dry run')),
          of: z.nullable(z.enum(['canary', 'foreign_context'])),
          error: z.nullable(z.string()).check(z.describe("AWS's error code; null without an error")),
          requestId: z.nullable(z.string()).check(z.describe("KMS's request id, which CloudTrail has too")),
        }),
      ),
    )
    .check(z.describe('All calls of the check to KMS')),
}));

const Siblings = lazily(() =>
  z.array(
    z.object({
      arn: z.string(),
      state: z
        .enum(['enabled', 'disabled', 'unknown'])
        .check(
          z.describe('Enabled: it opens what this key encrypted. Unknown: its policy does not let the platform see'),
        ),
    }),
  ),
);

export const KeyView = lazyObject(() => ({
  id: z.string(),
  arn: arn(),
  description: z
    .nullable(z.string())
    .check(z.describe("The first 256 characters of the owner's description of the key, which may be any text")),
  status: z.enum(verdicts),
  check: Check(),
  rotation: z.nullable(z.boolean()),
  databases: z.int().check(z.describe('The number of databases that use the key')),
  lockout: z.nullable(z.string()).check(z.describe('The open lockout')),
  events: z
    .object({
      provenSince: z
        .nullable(z.string())
        .check(z.describe('Null while unproven; then the key is checked every minute')),
    })
    .check(
      z.describe(
        "Whether events of the key are delivered from its owner's account, as the events of the platform's own " +
          'checks prove',
      ),
    ),
  strict: z.boolean().check(z.describe('Whether any refused action counts as the loss of the key')),
  siblings: z
    .nullable(Siblings())
    .check(z.describe('The related keys of a multi-Region key, in other Regions; null before the first full check')),
  readiness: z
    .object({
      verdict: ReadinessVerdict(),
      count: z.int().check(z.describe('How many items keep it from being ready')),
    })
    .check(z.describe('Whether turning the key off and on would work today')),
  createdAt: time(),
}));

const checkView = (check: Key['check']): Infer<typeof Check> => ({
  ...check,
  warnings: [...check.warnings],
  fixes: check.fixes.map(({ action, statement }) => ({ action, statement: { ...statement } })),
  calls: check.calls?.map((call) => ({ ...call })),
});

/** `at`: now, since the readiness depends on how long ago things were. */
export const keyView = (key: Key, at: Date): Infer<typeof KeyView> => ({
  ...keyFields(key),
  siblings: key.siblings?.map((sibling) => ({ ...sibling })) ?? null,
  readiness: readinessSummary(key, at),
});

const keyFields = ({
  id,
  arn: keyArn,
  status,
  check,
  databases,
  lockoutId,
  eventsProvenSince,
  strict = false,
  createdAt,
}: Key) => ({
  id,
  arn: keyArn,
  description: check.description ?? null,
  status,
  check: checkView(check),
  rotation: check.rotation,
  databases,
  lockout: lockoutId,
  events: { provenSince: eventsProvenSince ?? null },
  strict,
  createdAt,
});

export const RegisterKey = operation({
  id: 'registerKey',
  route: 'POST /v1/keys',
  summary:
    'Registers a customer key after a check of each action; the first team to register an ARN owns it. Idempotent',
  scope: 'write',
  body: () => z.strictObject({ arn: GivenArn() }),
  response: KeyView,
  status: 201,
  locatedBy: 'id',
  problems: ['quota_exceeded', 'key_rejected', 'key_taken', 'unavailable'],
});

export const ListKeys = operation({
  id: 'listKeys',
  route: 'GET /v1/keys',
  summary: "The team's keys; with `arn`, the key with this ARN",
  scope: 'read',
  query: () => z.extend(pageQuery(), { arn: z.optional(pastedArn()).check(z.describe('The ARN to look for')) }),
  response: () => pageOf(KeyView()),
});

export const GetKey = operation({
  id: 'getKey',
  route: 'GET /v1/keys/{key}',
  summary: 'A key with its last check',
  scope: 'read',
  response: KeyView,
});

export const CheckKey = operation({
  id: 'checkKey',
  route: 'POST /v1/keys/{key}/checks',
  summary: "Checks the key now; KMS's response decides whether a lockout opens, is cancelled or changes to restoring",
  scope: 'write',
  response: KeyView,
  status: 201,
  problems: ['unavailable'],
});

export const ForgetKey = operation({
  id: 'forgetKey',
  route: 'DELETE /v1/keys/{key}',
  summary: 'Removes the registration of a key that no database uses',
  scope: 'write',
  problems: ['key_in_use'],
});

export const GetKeyPolicy = operation({
  id: 'getKeyPolicy',
  route: 'GET /v1/key-policy',
  summary:
    'The key policy for a new key, without white space: a template for envsubst, completed for `account`, and ' +
    'bound to the team if a token is sent',
  scope: 'public',
  query: lazyStrictObject(() => ({
    account: z
      .optional(z.string().check(z.maxLength(12), z.regex(/^\d{12}$/, 'An AWS account id has 12 digits')))
      .check(z.describe('The account that the policy is for')),
  })),
  response: () => z.record(z.string(), z.unknown()),
});
