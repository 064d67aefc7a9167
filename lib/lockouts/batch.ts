/**
 * One batch of a lockout's step: at most 50 databases, one fleet operation, one entry. Throws `Transient` while the
 * fleet has not finished; the state machine retries. Idempotent.
 */

import { chunks } from '#lib/model/chunks.ts';
import type { Batch, Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import type { Outcome } from '#lib/model/fleet.ts';
import { fitting, joined, type Part } from '#lib/model/items/bounds.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import type { Key } from '#lib/model/key.ts';
import { isSuperseded, type Lockout, subjectOf } from '#lib/model/lockout.ts';
import { isBeingDestroyed, machineOf, type Phase, phases } from '#lib/model/lockout-phases.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';
import { Problem, Transient } from '#lib/model/problem.ts';
import { type DatabaseProof, proofsOf } from './batch-proofs.ts';
import { newsOfLost } from './lost.ts';
import { databasesIn } from './scope.ts';

export type BatchDeps = Needs<'keyById' | 'lockoutById' | 'batchOnKey' | 'databaseById' | 'commit' | 'now'> &
  NeedsFleet<(typeof phases)[Phase]['verb'] | 'tryToOpen'>;

export interface BatchInput {
  readonly teamId: string;
  readonly keyId: string;
  readonly lockoutId: string;
  readonly run: number;
  readonly batch: Batch;
}

const actor: Actor = { kind: 'workflow', id: 'lockout' };

/** Does nothing for a lockout that changed its direction, or that a newer execution has taken over. */
export const driveBatch =
  (deps: BatchDeps, phase: Phase) =>
  async ({ teamId, keyId, lockoutId, run, batch }: BatchInput): Promise<{ done: number }> => {
    const lockout = await deps.lockoutById(teamId, lockoutId);
    if (!lockout || isSuperseded(lockout, run) || lockout.machine !== machineOf[phase]) return { done: 0 };
    const key = await deps.keyById(teamId, keyId);
    if (!key) throw new Problem('not_found', `There is no key ${keyId}.`);
    const context: BatchContext = { deps, phase, key, lockout };
    let done = 0;
    for (const databases of chunks(await databasesIn(deps, lockout, batch), 50))
      done += await driveDatabases(context, databases);
    return { done };
  };

interface BatchContext {
  readonly deps: BatchDeps;
  readonly phase: Phase;
  readonly key: Key;
  readonly lockout: Lockout;
}

async function driveDatabases(context: BatchContext, databases: readonly Database[]): Promise<number> {
  const { verb, concerns, begun } = phases[context.phase];
  const waiting = databases.filter(concerns);
  if (waiting.length === 0) return 0;
  const unmarked = begun ? waiting.filter((database) => database.status !== begun && !isBeingDestroyed(database)) : [];
  const marked = begun
    ? await write(context, { databases: unmarked, change: (database) => ({ ...database, status: begun }) })
    : [];
  const concerned = [...waiting.filter((database) => !unmarked.includes(database)), ...marked];
  const fleet = await context.deps.fleet();
  const outcomes = new Map(
    (await fleet[verb](concerned.map(({ serverId }) => serverId))).map((outcome) => [outcome.serverId, outcome]),
  );
  return settle(context, concerned, outcomes);
}

/**
 * Writes the fleet's outcomes. If the key became unusable again, the batch ends, and the next step reverses the
 * direction.
 */
async function settle(
  context: BatchContext,
  concerned: readonly Database[],
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<number> {
  const { finished } = phases[context.phase];
  const of = (state: Outcome['state']) => concerned.filter((database) => stateOf(database, outcomes) === state);
  const done = of('done');
  const proofs = await proofsOf(context, done, outcomes);
  await write(context, { databases: done, change: (database) => through(database, finished(database)), proofs });
  const failed = of('failed');
  await write(context, { databases: failed, change: (database) => failedBy(database, outcomes, context.deps.now()) });
  const reasons = failed.map(({ serverId }) => reasonOf(outcomes.get(serverId)));
  const waiting = of('pending').length + reasons.filter((reason) => !isFinal(reason)).length;
  if (waiting > 0)
    throw new Transient(`${waiting} of ${concerned.length} databases are not through ${context.phase} yet`);
  return done.length;
}

/** If a database is being destroyed, its server may already be deleted, which counts as done. */
function stateOf(database: Database, outcomes: ReadonlyMap<string, Outcome>): Outcome['state'] {
  const outcome = outcomes.get(database.serverId);
  if (isBeingDestroyed(database) && reasonOf(outcome) === 'not_found') return 'done';
  return outcome?.state ?? 'pending';
}

const through = (database: Database, changes: Partial<Database>): Database => ({
  ...database,
  ...changes,
  ...(isBeingDestroyed(database) ? { status: database.status } : {}),
  failure: null,
});

const reasonOf = (outcome: Outcome | undefined): string => (outcome?.state === 'failed' ? outcome.reason : '');

/** A retry is useless: the key must become usable first, or an operator must act. */
const isFinal = (reason: string): boolean => ['key_unusable', 'volume_damaged', 'not_found'].includes(reason);

/** If a service cannot start because its server is stopped, the next execution starts the server. */
function failedBy(database: Database, outcomes: ReadonlyMap<string, Outcome>, at: Date): Database {
  const outcome = outcomes.get(database.serverId);
  if (outcome?.state !== 'failed') return database;
  const failure = { reason: outcome.reason, detail: outcome.detail, at: at.toISOString() };
  const lost = outcome.reason === 'volume_damaged' || outcome.reason === 'not_found';
  const stopped = outcome.reason === 'server_stopped' ? { server: 'stopped' as const } : {};
  return { ...database, failure, ...stopped, ...(lost ? { status: 'failed' as const } : {}) };
}

interface Write {
  readonly databases: readonly Database[];
  readonly change: (database: Database) => Database;
  /** Set for databases that completed the phase; their entry contains the proofs. */
  readonly proofs?: readonly DatabaseProof[];
}

/** Returns the databases as written. After a conflict on one of them, the caller reads the batch again and retries. */
async function write(context: BatchContext, { databases, change, proofs }: Write): Promise<Database[]> {
  const written: Database[] = [];
  let rest = databases.map(change);
  while (rest.length > 0) {
    const next = rest.slice(0, fitting(sharedPart(context, rest, proofs), rest.map(partOf(context))));
    await writeTogether(context, next, proofs);
    written.push(...next.map((database) => ({ ...database, version: database.version + 1 })));
    rest = rest.slice(next.length);
  }
  return written;
}

/** The part of a transaction that a single database adds. */
const partOf =
  ({ lockout }: BatchContext) =>
  (changed: Database): Part => ({ changes: [databaseSaved(changed)], entries: newsOfLost(lockout, [changed]).entries });

/** The entry and the effects that cover all databases of the transaction. */
function sharedPart(
  { phase, key, lockout }: BatchContext,
  changed: readonly Database[],
  proofs: Write['proofs'],
): Required<Part> {
  const ids = changed.map(({ id }) => id);
  const subject = { ...subjectOf(lockout), databaseIds: ids };
  const shown = (proofs ?? []).filter(({ databaseId }) => ids.includes(databaseId));
  const data = { arn: key.arn, count: changed.length, databases: shown };
  return {
    changes: [],
    entries: proofs ? [{ type: phases[phase].entry, actor, subject, data }] : [],
    effects: newsOfLost(lockout, changed).effects,
  };
}

async function writeTogether(
  context: BatchContext,
  changed: readonly Database[],
  proofs: Write['proofs'],
): Promise<void> {
  const { deps, key } = context;
  try {
    await deps.commit({
      teamId: key.teamId,
      at: deps.now(),
      ...joined([sharedPart(context, changed, proofs), ...changed.map(partOf(context))]),
    });
  } catch (error) {
    if (error instanceof Problem && error.code === 'version_mismatch')
      throw new Transient('A database of the batch was changed concurrently', { cause: error });
    throw error;
  }
}
