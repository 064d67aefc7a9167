/** Evidence: what a key's lockouts were, signed. What it says is passed on as it was signed, so nothing here takes a member away. */
import * as z from 'zod/mini';
import type { Bundle } from '#lib/evidence/statement.ts';
import { instant, operation, time } from './operation.ts';
import { EntryView } from './timeline.ts';

const keyId = z.string().check(z.describe("The signing key's ARN"));
const algorithm = z.literal('ECDSA_SHA_256');
const fact = { entry: z.int().check(z.describe('The place in the chain of the entry that says so')), at: time };

const EventFact = z.looseObject({
  ...fact,
  name: z.string(),
  by: z.string().check(z.describe('The principal that the event names')),
  eventId: z.string().check(z.describe("EventBridge's id")),
  cloudTrail: z
    .nullable(z.looseObject({ eventId: z.string() }))
    .check(z.describe("The record in the trail of the key's account")),
});

const LockoutFacts = z.looseObject({
  lockout: z.string(),
  opened: z.nullable(z.looseObject(fact)).check(z.describe('Null: before the time that is covered')),
  ended: z.nullable(z.looseObject(fact)).check(z.describe('Null: it was still open when that time ended')),
  states: z.array(z.looseObject({ ...fact, state: z.string() })),
  checks: z
    .array(z.looseObject({ ...fact, state: z.string() }))
    .check(z.describe("Checks of the key, call by call, with KMS's request ids")),
  stops: z
    .array(z.looseObject({ ...fact, databaseId: z.string(), what: z.enum(['service', 'server']) }))
    .check(z.describe('With the proof of each save')),
  triedStarts: z
    .array(z.looseObject({ ...fact, databaseId: z.string(), answer: z.string() }))
    .check(z.describe('Starts that were tried while all was stopped, as far as KMS decides')),
  refusedDecrypts: z
    .array(z.looseObject({ ...fact, error: z.string() }))
    .check(z.describe('Decrypt calls that KMS refused')),
  restores: z
    .array(z.looseObject({ ...fact, databaseId: z.string(), what: z.enum(['server', 'service']) }))
    .check(z.describe('With the digests of the volumes that were opened')),
  mails: z.array(z.looseObject({ ...fact, fact: z.string(), to: z.string() })),
});

const Statement = z.looseObject({
  format: z.literal('latchkey-evidence/1'),
  issuedAt: time,
  team: z.string(),
  key: z.looseObject({ id: z.string(), arn: z.string() }),
  covers: z.looseObject({ from: time, to: time }).check(z.describe('From `from` on, and before `to`')),
  summary: z.string(),
  events: z.array(EventFact).check(z.describe("What the key's account told")),
  lockouts: z.array(LockoutFacts),
  entries: z
    .array(z.looseObject(EntryView.shape))
    .check(z.describe('The entries of the timeline that all of it is from')),
  chain: z
    .looseObject({
      first: z.int().check(z.describe('The place of the first hash')),
      previousHash: z.string(),
      hashes: z.array(z.string()),
      head: z
        .looseObject({ seq: z.int(), hash: z.string() })
        .check(z.describe("The chain's newest entry when this was issued")),
    })
    .check(z.describe('The hashes of all entries of the team in that time, without a gap')),
  signedBy: z.looseObject({ keyId, algorithm }),
  verify: z.array(z.string()).check(z.describe('How to verify it')),
});

const EvidenceView = z.strictObject({
  statement: Statement,
  signature: z.strictObject({
    keyId,
    algorithm,
    value: z
      .string()
      .check(z.describe("In DER, in base64: of the SHA-256 of the statement's canonical JSON (RFC 8785)")),
    publicKey: z.string().check(z.describe('PEM; proves nothing by itself, so compare it with the one that KMS gives')),
  }),
});
export type EvidenceView = z.infer<typeof EvidenceView>;

export const evidenceView = (bundle: Bundle) => bundle as unknown as EvidenceView;
export const bundleIn = (view: EvidenceView) => view as unknown as Bundle;

export const GetEvidence = operation({
  id: 'getEvidence',
  method: 'GET',
  path: '/v1/keys/{key}/evidence',
  summary:
    "A key's lockouts in a stretch of time, at most 92 days, with what proves them, signed by a KMS key of the platform; the last 31 days unless told. A page to read and print with `Accept: text/html`",
  scope: 'read',
  query: z.strictObject({
    from: z.optional(instant).check(z.describe('From this time on')),
    to: z.optional(instant).check(z.describe('Before this time')),
  }),
  answer: EvidenceView,
  page: true,
  problems: ['timeline_broken'],
});
