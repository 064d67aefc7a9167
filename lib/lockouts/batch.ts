/**
 * One batch of a lockout's step: at most 50 databases, one fleet verb, one entry. What the fleet has not done yet is a `Transient`, which the
 * state machine tries again; a batch that runs twice finds its work done.
 */

import { chunks } from '#lib/model/chunks.ts';
import type { Batch, Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import type { Outcome } from '#lib/model/fleet.ts';
import { fitting, joined, type Part } from '#lib/model/items/bounds.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import type { Key } from '#lib/model/key.ts';
import { isSuperseded, type Lockout } from '#lib/model/lockout.ts';
import { isBeingDestroyed, machineOf, type Phase, phases } from '#lib/model/lockout-phases.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem, Transient } from '#lib/model/problem.ts';
import { type DatabaseProof, proofsOf } from './batch-proofs.ts';
import { newsOfLost } from './lost.ts';

export type BatchDeps = Needs<'keyById' | 'lockoutById' | 'batchOnKey' | 'fleet' | 'commit' | 'now'>;

export interface BatchInput {
  readonly teamId: string;
  readonly keyId: string;
  readonly lockoutId: string;
  readonly run: number;
  readonly batch: Batch;
}

const actor: Actor = { kind: 'workflow', id: 'lockout' };

/** Does nothing for a lockout that goes the other way by now, or that a newer execution works on. */
export const driveBatch =
  (deps: BatchDeps, phase: Phase) =>
  async ({ teamId, keyId, lockoutId, run, batch }: BatchInput): Promise<{ done: number }> => {
    const lockout = await deps.lockoutById(teamId, lockoutId);
    if (!lockout || isSuperseded(lockout, run) || lockout.machine !== machineOf[phase]) return { done: 0 };
    const key = await deps.keyById(teamId, keyId);
    if (!key) throw new Problem('not_found', `There is no key ${keyId}.`);
    const work: Work = { deps, phase, key, lockout };
    let done = 0;
    for (const databases of chunks(await deps.batchOnKey(lockout, batch), 50)) done += await driven(work, databases);
    return { done };
  };

interface Work {
  readonly deps: BatchDeps;
  readonly phase: Phase;
  readonly key: Key;
  readonly lockout: Lockout;
}

async function driven(work: Work, databases: readonly Database[]): Promise<number> {
  const { verb, concerns, begun } = phases[work.phase];
  const waiting = databases.filter(concerns);
  if (waiting.length === 0) return 0;
  const unmarked = begun ? waiting.filter((database) => database.status !== begun && !isBeingDestroyed(database)) : [];
  const marked = begun
    ? await write(work, { databases: unmarked, change: (database) => ({ ...database, status: begun }) })
    : [];
  const concerned = [...waiting.filter((database) => !unmarked.includes(database)), ...marked];
  const fleet = await work.deps.fleet();
  const outcomes = new Map(
    (await fleet[verb](concerned.map(({ serverId }) => serverId))).map((outcome) => [outcome.serverId, outcome]),
  );
  return settle(work, concerned, outcomes);
}

/** Writes what the fleet answered. A key that is off again ends the batch: the next step sees it and turns back. */
async function settle(
  work: Work,
  concerned: readonly Database[],
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<number> {
  const { finished } = phases[work.phase];
  const of = (state: Outcome['state']) => concerned.filter((database) => stateOf(database, outcomes) === state);
  const done = of('done');
  const proofs = await proofsOf(work, done, outcomes);
  await write(work, { databases: done, change: (database) => through(database, finished(database)), proofs });
  const failed = of('failed');
  await write(work, { databases: failed, change: (database) => failedBy(database, outcomes, work.deps.now()) });
  const reasons = failed.map(({ serverId }) => reasonOf(outcomes.get(serverId)));
  const waiting = of('pending').length + reasons.filter((reason) => !isFinal(reason)).length;
  if (waiting > 0) throw new Transient(`${waiting} of ${concerned.length} databases are not through ${work.phase} yet`);
  return done.length;
}

/** The server of one that is destroyed may be gone already: then nothing is left to do for it. */
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

/** No repetition helps: the key must come back first, or a person must look. */
const isFinal = (reason: string): boolean => ['key_unusable', 'volume_damaged', 'not_found'].includes(reason);

/** A server that is found stopped when its service is to start is started by the next execution. */
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
  /** They are through the phase: one entry says so, and shows these. */
  readonly proofs?: readonly DatabaseProof[];
}

/** Returns the databases as written. After a conflict on one of them, the caller reads the batch again and retries. */
async function write(work: Work, { databases, change, proofs }: Write): Promise<Database[]> {
  const written: Database[] = [];
  let rest = databases.map(change);
  while (rest.length > 0) {
    const taken = rest.slice(0, fitting(told(work, rest, proofs), rest.map(partOf(work))));
    await writeTogether(work, taken, proofs);
    written.push(...taken.map((database) => ({ ...database, version: database.version + 1 })));
    rest = rest.slice(taken.length);
  }
  return written;
}

/** The part of a transaction that a single database adds. */
const partOf =
  ({ lockout }: Work) =>
  (changed: Database): Part => ({ changes: [databaseSaved(changed)], entries: newsOfLost(lockout, [changed]).entries });

/** The entry and the effects that cover all databases of the transaction. */
function told({ phase, key, lockout }: Work, changed: readonly Database[], proofs: Write['proofs']): Required<Part> {
  const ids = changed.map(({ id }) => id);
  const subject = { keyId: key.id, lockoutId: lockout.id, databaseIds: ids };
  const shown = (proofs ?? []).filter(({ databaseId }) => ids.includes(databaseId));
  const data = { arn: key.arn, count: changed.length, databases: shown };
  return {
    changes: [],
    entries: proofs ? [{ type: phases[phase].entry, actor, subject, data }] : [],
    effects: newsOfLost(lockout, changed).effects,
  };
}

async function writeTogether(work: Work, changed: readonly Database[], proofs: Write['proofs']): Promise<void> {
  const { deps, key } = work;
  try {
    await deps.commit({
      teamId: key.teamId,
      at: deps.now(),
      ...joined([told(work, changed, proofs), ...changed.map(partOf(work))]),
    });
  } catch (error) {
    if (error instanceof Problem && error.code === 'version_mismatch')
      throw new Transient('A database of the batch changed meanwhile', { cause: error });
    throw error;
  }
}
