/** Reads the databases of a lockout in batches of 50, so that a lockout of any size fits into a step's memory. */
import type { Batch, Database } from '#lib/model/database.ts';
import type { KeyUse } from '#lib/model/key.ts';
import type { Needs } from '#lib/model/ports.ts';
import { batchSize } from './pace.ts';

export type BatchesDeps = Needs<'databasesOnKey' | 'batchOnKey'> & {
  readonly pause: (seconds: number) => Promise<void>;
};

/** Ranges of 50 ids; the last range is open, so that it includes databases that are created concurrently. */
export async function batchesOf({ databasesOnKey }: Needs<'databasesOnKey'>, use: KeyUse): Promise<Batch[]> {
  const batches: Batch[] = [];
  let after: string | null = null;
  do {
    const page = await databasesOnKey(use, { after, limit: batchSize });
    batches.push({ after, upTo: page.cursor });
    after = page.cursor;
  } while (after);
  return batches;
}

/** Between two batches: 50 rows take 50 of the 3,000 read units per second of a DynamoDB partition. */
const readPauseSeconds = 0.01;

/** The databases that do not meet a condition. */
export async function databasesWithout(
  deps: BatchesDeps,
  use: KeyUse,
  condition: (database: Database) => boolean,
): Promise<Database[]> {
  const found: Database[] = [];
  for (const batch of await batchesOf(deps, use)) {
    found.push(...(await deps.batchOnKey(use, batch)).filter((database) => !condition(database)));
    await deps.pause(readPauseSeconds);
  }
  return found;
}
