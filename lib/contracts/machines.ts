/** What state machines give their steps, and what the effects' own event says. */
import * as z from 'zod/mini';
import { lazily, lazyObject } from '#lib/model/schema.ts';

/** `run` distinguishes the executions of a lockout: only the newest works on it. */
export const LockoutInput = lazyObject(() => ({
  teamId: z.string(),
  keyId: z.string(),
  lockoutId: z.string(),
  run: z.int(),
}));
export const BatchInput = lazily(() =>
  z.extend(LockoutInput(), {
    batch: z.object({ after: z.nullable(z.string()), upTo: z.nullable(z.string()) }),
  }),
);
export const DrillInput = lazyObject(() => ({ teamId: z.string(), drillId: z.string(), run: z.int() }));
export const DueDrillInput = lazyObject(() => ({ teamId: z.string(), keyId: z.string(), dueAt: z.string() }));
export const DatabaseInput = lazyObject(() => ({ teamId: z.string(), databaseId: z.string() }));
export const FailureInput = lazily(() =>
  z.extend(DatabaseInput(), {
    error: z.object({ Error: z.string(), Cause: z.optional(z.string()) }),
  }),
);
export const BackupInput = lazily(() => z.extend(DatabaseInput(), { backupId: z.string() }));
export const TakenInput = lazily(() =>
  z.extend(BackupInput(), {
    taken: z.object({ objectBytes: z.number(), memoryBytes: z.number() }),
  }),
);
export const BackupFailureInput = lazily(() => z.extend(BackupInput(), { error: FailureInput().shape.error }));
/** A shard's first visit has no `after`; the packaging removes every `null` of a definition. */
export const VisitInput = lazyObject(() => ({
  run: z.string(),
  shard: z.int(),
  after: z.optional(z.nullable(z.string())),
}));
export const EffectDue = lazyObject(() => ({ id: z.string() }));
/** An event of the timeline, or a request for a ping or a redelivery, whose `id` is its outbox message's. */
export const WebhookDue = lazyObject(() => ({ id: z.string(), teamId: z.string() }));
