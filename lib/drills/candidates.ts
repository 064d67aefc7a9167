/** Chooses the database that a drill forks, and asserts that a drill cannot harm it (promise 14). */

import type { Database } from '#lib/model/database.ts';
import { isShortOfMemory } from '#lib/model/drill-verdict.ts';
import type { Key } from '#lib/model/key.ts';
import { allOf } from '#lib/model/page.ts';
import { planNamed } from '#lib/model/plans.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';
import { invalidValue, Problem, wrongState } from '#lib/model/problem.ts';
import { requireDatabase } from '#lib/model/require.ts';

export type CandidateDeps = Needs<'findDatabase' | 'databasesOnKey'> & NeedsFleet<'measure'>;

interface CandidateRequest {
  readonly key: Key;
  /** Name or id; the smallest suitable database if absent. */
  readonly database?: string | undefined;
}

/** Throws `not_found`, `invalid_request`, `wrong_state`, and `unavailable` if the database does not respond. */
export async function chooseLeader(deps: CandidateDeps, { key, database }: CandidateRequest): Promise<Database> {
  const leader = database === undefined ? await smallest(deps, key) : await named(deps, key, database);
  await assertMemory(deps, leader);
  return leader;
}

async function named(deps: CandidateDeps, key: Key, nameOrId: string): Promise<Database> {
  const database = await requireDatabase(deps)(key.teamId, nameOrId);
  if (database.keyId !== key.id) {
    throw invalidValue(
      '/database',
      `Database ${database.name} is not encrypted under the key ${key.arn}. Name a database of this key.`,
      'Is under another key',
    );
  }
  const obstacle = obstacleOf(database);
  if (obstacle)
    throw wrongState(
      database.status,
      `Database ${database.name} ${obstacle}, so a drill cannot fork it. Repeat later, or name another database.`,
    );
  return database;
}

async function smallest({ databasesOnKey }: CandidateDeps, { teamId, arn }: Key): Promise<Database> {
  const all = await allOf((after) => databasesOnKey({ teamId, keyArn: arn }, { after, limit: 200 }));
  const databases = all.filter(({ drillId }) => !drillId);
  const [first] = databases
    .filter((database) => obstacleOf(database) === null)
    .sort((a, b) => memoryOf(a) - memoryOf(b) || (a.id < b.id ? -1 : 1));
  if (first) return first;
  const reasons = databases.slice(0, 5).map((database) => `${database.name} ${obstacleOf(database)}`);
  throw wrongState(
    databases.length === 0 ? 'no_database' : 'no_candidate',
    databases.length === 0
      ? `No database is encrypted under the key ${arn}. Create one, then start the drill.`
      : `No database of the key ${arn} can be forked now: ${reasons.join(', ')}. Repeat later.`,
  );
}

const memoryOf = ({ plan }: Database): number => planNamed(plan)?.memoryMb ?? Number.POSITIVE_INFINITY;

/** Why a database cannot be forked now, as a predicate; null if it can. */
function obstacleOf({ status, fork, promotion, handoverTo, maintenance }: Database): string | null {
  if (fork) return 'is a follower';
  if (promotion || handoverTo) return 'is being promoted';
  if (maintenance?.startedAt) return 'is being maintained';
  return status === 'available' ? null : `is ${status}`;
}

async function assertMemory({ fleet }: CandidateDeps, { name, plan, serverId }: Database): Promise<void> {
  const [measurement] = await (await fleet()).measure([serverId]);
  if (!measurement || measurement.usedBytes === null)
    throw new Problem('unavailable', `Database ${name} does not respond, so a drill would burden it. Repeat later.`);
  if (!isShortOfMemory(plan, measurement, 'start')) return;
  throw wrongState(
    'short_of_memory',
    `Database ${name} uses more than 85 % of its plan's memory, which leaves no room for a follower. ` +
      'Move it to a larger plan, or name another database.',
  );
}
