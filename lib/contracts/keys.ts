/** Keys: registering, checking, forgetting; the policy that we hand out. */
import * as z from 'zod/mini';
import { grantScopes } from '#lib/model/grant.ts';
import { causes, type Key, neededActions } from '#lib/model/key.ts';
import { keyArn } from '#lib/model/key-arn.ts';
import { operation, pageOf, pageQuery, time } from './operation.ts';
import { pasted } from './text.ts';

const cause = z.enum(causes);
const arn = z.string().check(z.describe("The key's full ARN"));
const pastedArn = pasted({ max: 300 });
/** What is no key ARN is told what it is instead (`parseKeyArn`). */
export const GivenArn = pastedArn.check(
  z.describe("The key's full ARN"),
  z.meta({ pattern: keyArn.source.replace(/^\^(.*)\$$/, '^\\s*$1\\s*$') }),
);

export const Check = z.object({
  at: time,
  actions: z
    .record(z.enum(neededActions), z.enum(['allowed', 'denied', 'unknown']))
    .check(z.describe('What KMS answered, action by action')),
  verdict: z.enum(['usable', 'unusable', 'unknown']),
  cause: z.nullable(cause).check(z.describe('Why it is not usable')),
  fault: z.nullable(z.enum(['not_found', 'not_symmetric', 'wrong_usage'])),
  keyState: z.nullable(z.string()).check(z.describe("KMS's own word")),
  deletionDate: z.nullable(z.string()),
  rotation: z.nullable(z.boolean()),
  ownership: z
    .enum(['proven', 'unproven', 'unknown'])
    .check(z.describe("Proven: the policy refuses other teams' encryption context")),
  warnings: z.array(z.object({ code: z.string(), detail: z.string(), fix: z.string() })),
  fixes: z
    .array(z.object({ action: z.enum(neededActions), statement: z.record(z.string(), z.unknown()) }))
    .check(
      z.describe(
        "The statements to add to the key policy: one for each denied action, and those for EC2's volumes and grants, which no check can try",
      ),
    ),
  calls: z
    .optional(
      z.array(
        z.object({
          call: z.string(),
          dryRun: z.boolean().check(z.describe('Only whether it would be allowed was asked')),
          of: z.nullable(z.enum(['canary', 'foreign_context'])),
          error: z.nullable(z.string()).check(z.describe("AWS's error; null when there was none")),
          requestId: z.nullable(z.string()).check(z.describe("KMS's id of the request, which CloudTrail has too")),
        }),
      ),
    )
    .check(z.describe('Every call to KMS that it was made of')),
});

export const KeyView = z.object({
  id: z.string(),
  arn,
  description: z
    .nullable(z.string())
    .check(z.describe("The first 256 characters of the owner's description of the key, which may be any text")),
  status: z.enum(['usable', 'unusable', 'unknown']),
  check: Check,
  rotation: z.nullable(z.boolean()),
  databases: z.int().check(z.describe('How many databases use the key')),
  lockout: z.nullable(z.string()).check(z.describe('The open lockout')),
  events: z
    .object({
      provenSince: z
        .nullable(z.string())
        .check(z.describe('Null while it is not proven: the key is looked at each minute')),
    })
    .check(z.describe("Whether news of the key arrives from its owner's account, as the echoes of checks show")),
  createdAt: time,
});

export const keyView = ({
  id,
  arn: keyArn,
  status,
  check,
  databases,
  lockoutId,
  eventsProvenSince,
  createdAt,
}: Key): z.infer<typeof KeyView> => ({
  id,
  arn: keyArn,
  description: check.description ?? null,
  status,
  check: {
    ...check,
    warnings: [...check.warnings],
    fixes: check.fixes.map(({ action, statement }) => ({ action, statement: { ...statement } })),
    calls: check.calls?.map((call) => ({ ...call })),
  },
  rotation: check.rotation,
  databases,
  lockout: lockoutId,
  events: { provenSince: eventsProvenSince ?? null },
  createdAt,
});

export const RegisterKey = operation({
  id: 'registerKey',
  method: 'POST',
  path: '/v1/keys',
  summary:
    'Registers a customer key after checking it action by action; the first team to register an ARN owns it. Registering it again answers it',
  scope: 'write',
  body: z.strictObject({ arn: GivenArn }),
  answer: KeyView,
  status: 201,
  locatedBy: 'id',
  problems: ['quota_exceeded', 'key_rejected', 'key_taken', 'unavailable'],
});

export const ListKeys = operation({
  id: 'listKeys',
  method: 'GET',
  path: '/v1/keys',
  summary: "The team's keys; with `arn` the one of this ARN",
  scope: 'read',
  query: z.extend(pageQuery, {
    arn: z.optional(pastedArn).check(z.describe('The ARN to look for')),
  }),
  answer: pageOf(KeyView),
});

export const GetKey = operation({
  id: 'getKey',
  method: 'GET',
  path: '/v1/keys/{key}',
  summary: 'One key, as it was last checked',
  scope: 'read',
  answer: KeyView,
});

export const CheckKey = operation({
  id: 'checkKey',
  method: 'POST',
  path: '/v1/keys/{key}/checks',
  summary: 'Observes the key now: what KMS answers decides whether a lockout opens, is cancelled or turns to restoring',
  scope: 'write',
  answer: KeyView,
  status: 201,
  problems: ['unavailable'],
});

export const ForgetKey = operation({
  id: 'forgetKey',
  method: 'DELETE',
  path: '/v1/keys/{key}',
  summary: 'Forgets a key that no database uses',
  scope: 'write',
  answer: z.null(),
  status: 204,
  problems: ['key_in_use'],
});

export const Grant = z.object({
  id: z.string().check(z.describe("KMS's grant id")),
  database: z
    .nullable(z.string())
    .check(z.describe('The database that it was made for; null for one of another AWS service')),
  status: z
    .enum(['active', 'revoked', 'unknown'])
    .check(z.describe('Revoked: the database relies on the grant, and KMS has it no more. Unknown: KMS did not say')),
  operations: z.array(z.string()),
  grantee: z.nullable(z.string()).check(z.describe('Who may use the key by it; null if KMS does not have the grant')),
  context: z.record(z.string(), z.string()).check(z.describe('The encryption context that it is bound to')),
  createdAt: z.nullable(z.string()),
});

const GrantPage = z.extend(pageOf(Grant), {
  seen: z
    .enum(grantScopes)
    .check(
      z.describe(
        "What KMS let the platform see: `key`, all of the platform's grants on the key; `retirable`, since the key policy refuses `ListGrants`, those that the platform may retire; `nothing`, since KMS did not answer",
      ),
    ),
});

/** A cursor may hold KMS's marker of up to 1,024 characters (KMS API reference, ListGrants), in base64 twice. */
const grantQuery = z.extend(pageQuery, {
  cursor: z
    .optional(z.string().check(z.regex(/^[\w-]*$/, 'Unknown cursor'), z.maxLength(2000)))
    .check(z.describe('The `cursor` of the page before')),
});

export const ListGrants = operation({
  id: 'listGrants',
  method: 'GET',
  path: '/v1/keys/{key}/grants',
  summary:
    "The platform's grants on the key, as KMS has them now: those of the databases, then those that AWS services made for it",
  scope: 'read',
  query: grantQuery,
  answer: GrantPage,
});

export const GetKeyPolicy = operation({
  id: 'getKeyPolicy',
  method: 'GET',
  path: '/v1/key-policy',
  summary:
    'The key policy to create a key with, in one word without blanks: a template for envsubst, filled in for `account`, bound to the team with a token',
  scope: 'public',
  query: z.strictObject({
    account: z
      .optional(z.string().check(z.maxLength(12), z.regex(/^\d{12}$/, 'An AWS account id has 12 digits')))
      .check(z.describe('The account that the policy is for')),
  }),
  answer: z.record(z.string(), z.unknown()),
});
