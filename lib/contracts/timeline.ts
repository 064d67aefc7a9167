/** The timeline. */
import * as z from 'zod/mini';
import { idPattern, type Kind } from '#lib/ids.ts';
import type { Entry } from '#lib/timeline/entry.ts';
import { instant, nameOrId, operation, pageOf, pageQuery, time } from './operation.ts';
import { printable } from './text.ts';

export const EntryView = z.object({
  id: z.string(),
  teamId: z.string(),
  seq: z.int(),
  at: time,
  type: z.string(),
  actor: z.object({ kind: z.string(), id: z.string() }),
  subject: z.record(z.string(), z.unknown()),
  data: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  hash: z.string().check(z.describe('SHA-256 over the entry without it, as JSON with sorted keys')),
});

export const entryView = ({ subject, ...entry }: Entry): z.infer<typeof EntryView> => ({ ...entry, subject: { ...subject } });

const id = (kind: Kind, what: string) =>
  z
    .optional(z.string().check(z.maxLength(40), z.regex(idPattern(kind), `The id of a ${what} begins with ${kind}_`)))
    .check(z.describe(`The id of a ${what}`));

const filters = z.extend(pageQuery, {
  database: z.optional(nameOrId).check(z.describe('Name or id; of a database that is gone its id')),
  lockout: id('lk', 'lockout'),
  actor: z
    .optional(printable({ max: 300 }))
    .check(z.describe("An actor's id, or a kind of actor: token, event, sweep, workflow, aws_principal, operator")),
  from: z.optional(instant).check(z.describe('From this time on')),
  to: z.optional(instant).check(z.describe('Before this time')),
});
const summary = 'newest first; under a filter a page may be short, or empty, and is the last only when `cursor` is null';

export const ListTimeline = operation({
  id: 'listTimeline',
  method: 'GET',
  path: '/v1/timeline',
  summary: `All that happened, ${summary}`,
  scope: 'read',
  query: z.extend(filters, { key: id('key', 'key') }),
  answer: pageOf(EntryView),
});

export const ListKeyTimeline = operation({
  id: 'listKeyTimeline',
  method: 'GET',
  path: '/v1/keys/{key}/timeline',
  summary: `What happened to a key and all that is on it, ${summary}`,
  scope: 'read',
  params: z.strictObject({ key: nameOrId.check(z.describe("The key's id")) }),
  query: filters,
  answer: pageOf(EntryView),
  problems: ['not_found'],
});

export const VerifyTimeline = operation({
  id: 'verifyTimeline',
  method: 'GET',
  path: '/v1/timeline/verification',
  summary: "Computes the chain's hashes again",
  scope: 'read',
  answer: z.object({
    intact: z.boolean(),
    entries: z.int(),
    head: z.string(),
    firstBad: z.nullable(z.object({ seq: z.int(), reason: z.enum(['missing', 'changed', 'not_linked']) })),
  }),
});
