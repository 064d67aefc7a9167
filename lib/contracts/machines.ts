/** What state machines give their steps, and what the effects' own event says. */
import * as z from 'zod';

/** `run` tells the lockout's executions apart: only the newest works on it. */
export const LockoutInput = z.object({ teamId: z.string(), keyId: z.string(), lockoutId: z.string(), run: z.number().int() });
export const BatchInput = LockoutInput.extend({ batch: z.object({ after: z.string().nullable(), upTo: z.string().nullable() }) });
export const DatabaseInput = z.object({ teamId: z.string(), databaseId: z.string() });
export const FailureInput = DatabaseInput.extend({ error: z.object({ Error: z.string(), Cause: z.string().optional() }) });
export const BackupInput = DatabaseInput.extend({ backupId: z.string() });
export const TakenInput = BackupInput.extend({ taken: z.object({ objectBytes: z.number(), memoryBytes: z.number() }) });
export const BackupFailureInput = BackupInput.extend({ error: FailureInput.shape.error });
export const VisitInput = z.object({ run: z.string(), shard: z.number().int(), after: z.string().nullable() });
export const EffectDue = z.object({ id: z.string() });
