/**
 * Evidence of a key's lockouts, signed. The schemas are loose, because members that were signed must not be removed.
 */
import * as z from 'zod/mini';
import type { Bundle } from '#lib/evidence/statement.ts';
import { type Infer, lazily, lazyLooseObject, lazyStrictObject } from '#lib/model/schema.ts';
import { instant, operation, time } from './operation.ts';
import { EntryView } from './timeline.ts';

export const signingKey = lazily(() => z.string().check(z.describe("The signing key's ARN")));
export const algorithm = lazily(() => z.literal('ECDSA_SHA_256'));
const fact = lazily(() => ({
  entry: z.int().check(z.describe('The sequence number of the entry that records it')),
  at: time(),
}));

const EventFact = lazyLooseObject(() => ({
  ...fact(),
  name: z.string(),
  by: z.string().check(z.describe('The principal that the event names')),
  eventId: z.string().check(z.describe("EventBridge's id")),
  cloudTrail: z
    .nullable(z.looseObject({ eventId: z.string() }))
    .check(z.describe("The CloudTrail record in the key's account")),
}));

const LockoutFacts = lazyLooseObject(() => ({
  lockout: z.string(),
  opened: z.nullable(z.looseObject(fact())).check(z.describe('Null: before the covered period')),
  ended: z.nullable(z.looseObject(fact())).check(z.describe('Null: still open at the end of the covered period')),
  states: z.array(z.looseObject({ ...fact(), state: z.string() })),
  checks: z
    .array(z.looseObject({ ...fact(), state: z.string() }))
    .check(z.describe("Checks of the key, call by call, with KMS's request ids")),
  stops: z
    .array(z.looseObject({ ...fact(), databaseId: z.string(), what: z.enum(['service', 'server']) }))
    .check(z.describe('Stops, with the proof of each save')),
  triedStarts: z
    .array(z.looseObject({ ...fact(), databaseId: z.string(), answer: z.string() }))
    .check(z.describe('Attempts to start stopped servers, as far as KMS decides')),
  refusedDecrypts: z
    .array(z.looseObject({ ...fact(), error: z.string() }))
    .check(z.describe('Decrypt calls that KMS refused')),
  restores: z
    .array(z.looseObject({ ...fact(), databaseId: z.string(), what: z.enum(['server', 'service']) }))
    .check(z.describe('Starts, with the digests of the opened volumes')),
  mails: z.array(z.looseObject({ ...fact(), fact: z.string(), to: z.string() })),
}));

const Statement = lazyLooseObject(() => ({
  format: z.literal('latchkey-evidence/1'),
  issuedAt: time(),
  team: z.string(),
  key: z.looseObject({ id: z.string(), arn: z.string() }),
  covers: z.looseObject({ from: time(), to: time() }).check(z.describe('From `from` inclusive to `to` exclusive')),
  summary: z.string(),
  events: z.array(EventFact()).check(z.describe("Events from the key's account")),
  lockouts: z.array(LockoutFacts()),
  entries: z.array(z.looseObject(EntryView().shape)).check(z.describe('The timeline entries that all facts are from')),
  chain: z
    .looseObject({
      first: z.int().check(z.describe('The sequence number of the first hash')),
      previousHash: z.string(),
      hashes: z.array(z.string()),
      head: z
        .looseObject({ seq: z.int(), hash: z.string() })
        .check(z.describe("The chain's newest entry at the time of issue")),
    })
    .check(z.describe('The hashes of all entries of the team in the period, without a gap')),
  signedBy: z.looseObject({ keyId: signingKey(), algorithm: algorithm() }),
  verify: z.array(z.string()).check(z.describe('How to verify the statement')),
}));

export const SignatureView = lazyStrictObject(() => ({
  keyId: signingKey(),
  algorithm: algorithm(),
  value: z
    .string()
    .check(z.describe("A signature of the SHA-256 of the statement's canonical JSON (RFC 8785): DER, in base64")),
  publicKey: z.string().check(z.describe("PEM. Compare it with KMS's public key, since it proves nothing by itself")),
}));
const EvidenceView = lazyStrictObject(() => ({ statement: Statement(), signature: SignatureView() }));
export type EvidenceView = Infer<typeof EvidenceView>;

export const evidenceView = (bundle: Bundle) => bundle as unknown as EvidenceView;
export const bundleIn = (view: EvidenceView) => view as unknown as Bundle;

export const GetEvidence = operation({
  id: 'getEvidence',
  route: 'GET /v1/keys/{key}/evidence',
  summary:
    "A key's lockouts in a period of at most 92 days (by default the last 31 days) with their proofs, signed by a " +
    'KMS key of the platform. With `Accept: text/html`, a page to read and print',
  scope: 'read',
  query: lazyStrictObject(() => ({
    from: z.optional(instant()).check(z.describe('The earliest time, inclusive')),
    to: z.optional(instant()).check(z.describe('The latest time, exclusive')),
  })),
  response: EvidenceView,
  page: true,
  problems: ['timeline_broken'],
});
