/** The proofs in an entry: calls to KMS with their request ids, saves, volumes. None is a secret or a secret's hash. */
import * as z from 'zod/mini';
import { causes, verdicts } from './key.ts';
import { lazily, lazyObject } from './schema.ts';

const verdict = lazily(() => z.enum(verdicts));
export const cause = lazily(() => z.enum(causes));

const kmsCall = lazyObject(() => ({
  call: z.string().check(z.describe("KMS's name of the operation")),
  dryRun: z.boolean().check(z.describe('Whether the call was a dry run')),
  of: z
    .nullable(z.enum(['canary', 'foreign_context']))
    .check(
      z.describe(
        'canary: decrypts what the key encrypted when it was usable; ' +
          "foreign_context: under another team's encryption context",
      ),
    ),
  error: z.nullable(z.string()).check(z.describe("AWS's error; null when there was none")),
  requestId: z
    .nullable(z.string())
    .check(z.describe("KMS's id of the request, which CloudTrail has too; null without a response")),
}));

const check = lazyObject(() => ({
  at: z.string(),
  verdict: verdict(),
  cause: z.nullable(cause()),
  keyState: z.nullable(z.string()),
  calls: z.array(kmsCall()),
}));

export const checks = lazily(() =>
  z.optional(z.array(check())).check(z.describe('The checks of the key that led to it, oldest first')),
);

/** The result of asking KMS to decrypt the data key of a stopped server's volume, the first step of a start. */
const opening = lazyObject(() => ({
  answer: z.enum(['refused', 'opened', 'unanswered', 'not_tried']),
  error: z.nullable(z.string()).check(z.describe("AWS's error")),
  requestId: z.nullable(z.string()).check(z.describe("KMS's id of the request")),
}));

/** How a stop kept the data; see `StopProof` of the fleet's port. */
const stop = lazyObject(() => ({
  save: z.enum(['snapshot', 'append_only_file']),
  end: z.enum(['shutdown', 'killed', 'found_ended']),
  reason: z.nullable(z.enum(['script_running', 'no_answer', 'save_failed', 'not_serving'])),
}));

export const databaseProof = lazyObject(() => ({
  databaseId: z.string(),
  name: z.string(),
  savedAt: z.optional(z.string()).check(z.describe('When the service saved, as Redis reports it (LASTSAVE)')),
  snapshotBytes: z.optional(z.int()).check(z.describe('Of the snapshot that was saved')),
  appendOnlyBytes: z.optional(z.int()).check(z.describe('Of the append-only file, if the data is kept in it')),
  stop: z
    .optional(stop())
    .check(
      z.describe(
        'How the data was kept: in a verified snapshot, or in the append-only file of a service that was ended ' +
          'without a snapshot, and why',
      ),
    ),
  volumeBytes: z.optional(z.int()).check(z.describe('Of the sealed volume, which is ciphertext')),
  volumeSha256: z.optional(z.string()).check(z.describe('Of the sealed volume, which is ciphertext')),
  opening: z.optional(opening()).check(z.describe('An attempted start while it was stopped')),
}));
