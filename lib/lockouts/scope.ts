/** The databases of a lockout: those of its key, in batches of 50, or a drill's fork alone. */
import type { Batch, Database } from '#lib/model/database.ts';
import { isOfFork, type Lockout } from '#lib/model/lockout.ts';
import { type LockoutFacts, targetState } from '#lib/model/lockout-decision.ts';
import { entryConditions } from '#lib/model/lockout-phases.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { batchSize } from './pace.ts';

/** What identifies a lockout's databases. */
export type LockoutScope = Pick<Lockout, 'teamId' | 'keyArn' | 'drill'>;

async function forkOf({ databaseById }: Needs<'databaseById'>, { teamId, drill }: LockoutScope): Promise<Database[]> {
  const fork = drill && (await databaseById(teamId, drill.databaseId));
  return fork ? [fork] : [];
}

/** Ranges of 50 ids; the last range is open, so that it includes databases that are created concurrently. */
export async function batchesOf({ databasesOnKey }: Needs<'databasesOnKey'>, scope: LockoutScope): Promise<Batch[]> {
  if (isOfFork(scope)) return [{ after: null, upTo: null }];
  const batches: Batch[] = [];
  let after: string | null = null;
  do {
    const page = await databasesOnKey(scope, { after, limit: batchSize });
    batches.push({ after, upTo: page.cursor });
    after = page.cursor;
  } while (after);
  return batches;
}

export const databasesIn = (
  deps: Needs<'databaseById' | 'batchOnKey'>,
  scope: LockoutScope,
  batch: Batch,
): Promise<Database[]> => (isOfFork(scope) ? forkOf(deps, scope) : deps.batchOnKey(scope, batch));

export const allDatabases = (
  deps: Needs<'databaseById' | 'databasesOnKey'>,
  scope: LockoutScope,
): Promise<Database[]> =>
  isOfFork(scope) ? forkOf(deps, scope) : allOf((after) => deps.databasesOnKey(scope, { after, limit: 200 }));

/** Between two batches: 50 rows take 50 of the 3,000 read units per second of a DynamoDB partition. */
const readPauseSeconds = 0.01;

export type ScopeDeps = Needs<'databasesOnKey' | 'batchOnKey' | 'databaseById'> & {
  readonly pause: (seconds: number) => Promise<void>;
};

/** The databases that do not meet a condition. */
async function databasesWithout(
  deps: ScopeDeps,
  scope: LockoutScope,
  condition: (database: Database) => boolean,
): Promise<Database[]> {
  const found: Database[] = [];
  for (const batch of await batchesOf(deps, scope)) {
    found.push(...(await databasesIn(deps, scope, batch)).filter((database) => !condition(database)));
    await deps.pause(readPauseSeconds);
  }
  return found;
}

/** The databases that keep the lockout from entering its next state. */
export async function unsettledDatabases(
  deps: ScopeDeps,
  input: Pick<LockoutFacts, 'key' | 'lockout' | 'point'>,
): Promise<Database[]> {
  const to = targetState(input);
  const condition = to && input.point === 'completed' ? entryConditions[to] : undefined;
  return condition && input.lockout ? databasesWithout(deps, input.lockout, condition) : [];
}
