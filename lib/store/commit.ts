/**
 * The one way to write: changes, their timeline entries and their effects in one transaction, each change conditional on what was read.
 * The chain's head is part of it, so a team's commits are in one order; a lost race for the head alone is run again here.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type PutCommandInput, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { type NewId, newId as uniqueId } from '#lib/ids.ts';
import type { Effect, Pending } from '#lib/outbox/effect.ts';
import { Problem, Transient } from '#lib/problem.ts';
import { type Entry, entryHash, firstHash, type NewEntry } from '#lib/timeline/entry.ts';
import { createTurns } from '#lib/turns.ts';
import { translated } from './errors.ts';
import { type Address, documents, readRow, tableName } from './table.ts';

type Row = Address & Readonly<Record<string, unknown>>;

/**
 * `expect` changes nothing: a row that was read is still as it was, in what counts. `otherwise` is thrown when the change's condition fails; without it a failed condition is
 * `version_mismatch`.
 */
export type Change = { readonly otherwise?: Problem } & (
  | { readonly kind: 'create'; readonly row: Row }
  | { readonly kind: 'save'; readonly row: Row & { readonly version: number } }
  | { readonly kind: 'remove'; readonly row: Address & { readonly version?: number } }
  | { readonly kind: 'expect'; readonly address: Address; readonly attribute: string; readonly value: string | number | null }
  | { readonly kind: 'count'; readonly address: Address; readonly attribute: string; readonly by: number }
);

export interface Commit {
  readonly teamId: string;
  readonly at: Date;
  readonly changes: readonly Change[];
  readonly entries: readonly NewEntry[];
  readonly effects?: readonly Effect[];
}

interface Head {
  readonly seq: number;
  readonly hash: string;
}

const attempts = 30;
export const timelinePartition = (teamId: string) => `TIMELINE#${teamId}`;
export const entryKey = (seq: number) => `ENTRY#${String(seq).padStart(12, '0')}`;
export const outboxPartition = 'OUTBOX';

export interface CommitDeps {
  readonly newId: NewId;
  /** Between two attempts, in milliseconds. */
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** Writes all or nothing and answers the effects that are now due. Throws the failed change's problem; `Transient` after 30 lost races. */
export const committing =
  ({ newId, pause }: CommitDeps) =>
  async (unit: Commit): Promise<Pending[]> => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const head = unit.entries.length > 0 ? await headOf(unit.teamId) : null;
      const entries = chained(unit, head ?? { seq: 0, hash: firstHash }, newId);
      const effects = [...entries.map((entry): Effect => ({ kind: 'event', entry })), ...(unit.effects ?? [])];
      const pending = effects.map((effect) => asPending(effect, unit.at, newId));
      if (await written(unit, { head, entries, pending })) return pending;
      await pause(Math.random() * Math.min(400, 10 * 2 ** attempt));
    }
    throw new Transient('Too many changes of the team at once');
  };

const commitNow = committing({ newId: uniqueId, pause: sleep });
const turns = createTurns();

/** Those of one team by this process take turns, so that they race for the chain's head with other processes only. */
export const commit = (unit: Commit): Promise<Pending[]> => turns(unit.teamId, () => commitNow(unit));

/** Null before the team's first entry. What records no entry doesn't touch the chain. */
const headOf = (teamId: string): Promise<(Head & Address) | null> => readRow({ pk: timelinePartition(teamId), sk: 'HEAD' });

function chained(unit: Commit, head: Head, newId: NewId): Entry[] {
  let { seq, hash } = head;
  return unit.entries.map((entry) => {
    seq += 1;
    const linked = {
      ...entry,
      data: entry.data ?? {},
      id: newId('entry'),
      teamId: unit.teamId,
      seq,
      at: unit.at.toISOString(),
      previousHash: hash,
    };
    hash = entryHash(linked);
    return { ...linked, hash };
  });
}

const asPending = (effect: Effect, at: Date, newId: NewId): Pending => ({
  id: newId('out'),
  effect,
  since: at.toISOString(),
  claimedUntil: null,
  attempts: 0,
});

type Item = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
interface Linked {
  readonly head: Head | null;
  readonly entries: readonly Entry[];
  readonly pending: readonly Pending[];
}

async function written(unit: Commit, linked: Linked): Promise<boolean> {
  const items = [...unit.changes.map(changeItem), ...chainItems(unit.teamId, linked), ...linked.pending.map(pendingItem)];
  try {
    await translated(documents().send(new TransactWriteCommand({ TransactItems: items })));
    return true;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
    const failed = unit.changes.findIndex((_, index) => codes[index] === 'ConditionalCheckFailed');
    if (failed >= 0)
      throw (
        unit.changes[failed]?.otherwise ??
        new Problem('version_mismatch', 'Somebody else changed it meanwhile. Read it again, then repeat.')
      );
    if (codes.includes('ValidationError')) throw error;
    return false;
  }
}

function chainItems(teamId: string, { head, entries }: Linked): Item[] {
  const last = entries.at(-1);
  if (!last) return [];
  const pk = timelinePartition(teamId);
  const condition = head ? { ConditionExpression: 'seq = :seq', ExpressionAttributeValues: { ':seq': head.seq } } : absent;
  return [
    put({ pk, sk: 'HEAD', seq: last.seq, hash: last.hash }, condition),
    ...entries.map((entry) => put({ pk, sk: entryKey(entry.seq), ...entry }, absent)),
  ];
}

const pendingItem = (pending: Pending): Item => put({ pk: outboxPartition, sk: pending.id, ...pending }, {});

const absent = { ConditionExpression: 'attribute_not_exists(pk)' };
const atVersion = (version: number) => ({
  ConditionExpression: '#version = :version',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: { ':version': version },
});

const put = (row: Row, condition: Partial<PutCommandInput>): Item => ({ Put: { TableName: tableName(), Item: row, ...condition } });

function changeItem(change: Change): Item {
  if (change.kind === 'create') return put(change.row, absent);
  if (change.kind === 'save') return put({ ...change.row, version: change.row.version + 1 }, atVersion(change.row.version));
  if (change.kind === 'remove') {
    const { pk, sk, version } = change.row;
    return { Delete: { TableName: tableName(), Key: { pk, sk }, ...(version === undefined ? {} : atVersion(version)) } };
  }
  const Key = { pk: change.address.pk, sk: change.address.sk };
  if (change.kind === 'expect') {
    return {
      ConditionCheck: {
        TableName: tableName(),
        Key,
        ConditionExpression: '#attribute = :value',
        ExpressionAttributeNames: { '#attribute': change.attribute },
        ExpressionAttributeValues: { ':value': change.value },
      },
    };
  }
  return {
    Update: {
      TableName: tableName(),
      Key,
      UpdateExpression: 'SET #count = #count + :by, #version = #version + :one',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#count': change.attribute, '#version': 'version' },
      ExpressionAttributeValues: { ':by': change.by, ':one': 1 },
    },
  };
}
