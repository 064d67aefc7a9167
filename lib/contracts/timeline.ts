/** The timeline. */
import * as z from 'zod/mini';
import { checkpointFormat } from '#lib/model/checkpoint.ts';
import type { Entry } from '#lib/model/entry.ts';
import { type Infer, lazily, lazyObject, lazyStrictObject } from '#lib/model/schema.ts';
import type { TimelineCheck } from '#lib/timeline/check.ts';
import { chainFaults } from '#lib/timeline/verify.ts';
import { idOf, instant, nameOrId, operation, pageOf, pageQuery, time } from './operation.ts';
import { printable } from './text.ts';

export const EntryView = lazyObject(() => ({
  id: z.string(),
  teamId: z.string(),
  seq: z.int(),
  at: time(),
  type: z.string(),
  actor: z.object({ kind: z.string(), id: z.string() }),
  subject: z.record(z.string(), z.unknown()),
  data: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  hash: z.string().check(z.describe('SHA-256 of the entry without its hash, as JSON with sorted keys')),
}));

export const entryView = ({ subject, ...entry }: Entry): Infer<typeof EntryView> => ({
  ...entry,
  subject: { ...subject },
});

const filters = lazily(() =>
  z.extend(pageQuery(), {
    database: z
      .optional(nameOrId())
      .check(z.describe('Name or id; a database that no longer exists is named by its id')),
    lockout: z.optional(idOf('lk', 'lockout')),
    actor: z
      .optional(printable({ max: 300 }))
      .check(
        z.describe(
          "An actor's id, or a kind of actor: token, event, sweep, workflow, aws_principal, operator, recipient",
        ),
      ),
    from: z.optional(instant()).check(z.describe('The earliest time, inclusive')),
    to: z.optional(instant()).check(z.describe('The latest time, exclusive')),
  }),
);
const summary =
  'newest first; under a filter a page may be short, or empty, and is the last only when `cursor` is null';

export const ListTimeline = operation({
  id: 'listTimeline',
  route: 'GET /v1/timeline',
  summary: `All events of the team, ${summary}`,
  scope: 'read',
  query: () => z.extend(filters(), { key: z.optional(idOf('key', 'key')) }),
  response: () => pageOf(EntryView()),
});

export const ListKeyTimeline = operation({
  id: 'listKeyTimeline',
  route: 'GET /v1/keys/{key}/timeline',
  summary: `The events of a key and of everything under it, ${summary}`,
  scope: 'read',
  query: filters,
  response: () => pageOf(EntryView()),
});

const hash = lazily(() => z.string().check(z.regex(/^[0-9a-f]{64}$/)));
const point = lazyObject(() => ({ seq: z.int(), hash: hash() }));
const CheckpointView = lazyObject(() => ({
  statement: z.object({
    format: z.literal(checkpointFormat),
    team: z.string(),
    seq: z.int().check(z.describe('The number of entries in the chain')),
    hash: hash().check(z.describe('The hash of the last entry')),
    sealedAt: time(),
    previous: z.nullable(point()).check(z.describe('The previous checkpoint, from which the chain was verified')),
    signedBy: z.object({ keyId: z.string(), algorithm: z.literal('ECDSA_SHA_256') }),
  }),
  signature: z
    .string()
    .check(z.describe("A signature of the SHA-256 of the statement's canonical JSON (RFC 8785): DER, in base64")),
}));

export const VerifyTimeline = operation({
  id: 'verifyTimeline',
  route: 'GET /v1/timeline/verification',
  summary:
    "Computes the chain's hashes again, some thousand entries a call, and compares its end, its lockouts and the " +
    'last checkpoint',
  scope: 'read',
  query: lazyStrictObject(() => ({
    from: z
      .optional(
        z
          .string()
          .check(
            z.maxLength(77),
            z.regex(/^\d{1,12}-[0-9a-f]{64}$/, 'Written as the number of an entry, a hyphen and its hash'),
          ),
      )
      .check(z.describe('Begins after this entry, `<seq>-<hash>`, as it was noted; the entry must still exist')),
    cursor: z
      .optional(z.string().check(z.maxLength(4096), z.regex(/^[\w-]+$/)))
      .check(z.describe('The `cursor` of the previous call')),
  })),
  response: lazyObject(() => ({
    intact: z
      .boolean()
      .check(z.describe('Whether the verified part is intact; it is the whole chain only if `complete` is true')),
    complete: z.boolean().check(z.describe("Whether the chain's end was reached")),
    after: z.int().check(z.describe('The entry after which this call began')),
    entries: z.int().check(z.describe('The last entry that was verified')),
    head: z
      .string()
      .check(z.describe('The hash of that entry: note both, and begin the next verification with `from`')),
    firstBad: z.nullable(z.object({ seq: z.int(), reason: z.enum(chainFaults) })),
    lockouts: z
      .array(z.object({ lockout: z.string(), reason: z.enum(['missing', 'changed']) }))
      .check(z.describe('Lockouts whose rows differ from their entries')),
    checkpoint: z
      .nullable(CheckpointView())
      .check(z.describe('The last checkpoint, signed and stored outside the table; the chain agrees with it')),
    cursor: z.nullable(z.string()).check(z.describe('Where the next call continues; null after the last call')),
  })),
});

export const verificationView = (check: TimelineCheck): z.infer<typeof VerifyTimeline.response> => ({
  ...check,
  lockouts: [...check.lockouts],
});
