/** Reads a checkpoint: the stored object, or the response of the verification that contains it. */
import * as z from 'zod/mini';
import { checkpointFormat, type SealedCheckpoint } from '#lib/model/checkpoint.ts';

const sealed = z.object({
  statement: z.looseObject({
    format: z.literal(checkpointFormat),
    team: z.string(),
    seq: z.int().check(z.positive()),
    hash: z.string(),
    sealedAt: z.string(),
  }),
  signature: z.string(),
});
const kept = z.union([sealed, z.object({ checkpoint: sealed })]);

/** Throws unless the text is a checkpoint. */
export function readCheckpoint(text: string): SealedCheckpoint {
  const parsed = kept.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error('This is no checkpoint of a timeline.');
  return ('checkpoint' in parsed.data ? parsed.data.checkpoint : parsed.data) as unknown as SealedCheckpoint;
}
