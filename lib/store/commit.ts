/**
 * The one way to write: changes, their timeline entries and their effects in one transaction, each change conditional
 * on what was read. The chain's head is part of it, so a team's commits are in one order; a lost race for the head
 * alone is run again here.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { createKeyedMutex } from '#lib/keyed-mutex.ts';
import { type Entry, entryHash, firstHash, isPublished } from '#lib/model/entry.ts';
import { type NewId, newId as uniqueId } from '#lib/model/ids.ts';
import type { Address } from '#lib/model/items/address.ts';
import { assertBounded } from '#lib/model/items/bounds.ts';
import type { Change } from '#lib/model/items/change.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import { messageAddress, messageId } from '#lib/model/items/outbox.ts';
import { chainMark, entryKey, timelinePartition } from '#lib/model/items/timeline.ts';
import type { OutboxMessage, Pending } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem, Transient } from '#lib/model/problem.ts';
import { absent, changeItem, type Item, isDecrease, put, withOneTally } from './change.ts';
import { translated } from './errors.ts';
import { deployedTable, readRow, type Table } from './table.ts';

interface Head {
  readonly seq: number;
  readonly hash: string;
  /** Whether the chain's mark was written. */
  readonly listed?: boolean;
}

const attempts = 30;
export type CommitDeps = Needs<'newId'> & {
  readonly table: Table;
  /** The pause between two attempts in milliseconds. */
  readonly pause: (milliseconds: number) => Promise<unknown>;
};

/**
 * Commits atomically and returns the outbox messages that are due. Throws the failed change's problem, `CommitTooLarge`
 * before any write, and `Transient` after 30 conflicts.
 */
export const committing =
  ({ table, newId, pause }: CommitDeps) =>
  async (given: Commit): Promise<Pending[]> => {
    const unit: Commit = { ...given, changes: withOneTally(given.changes) };
    assertBounded(unit);
    const toZero = new Set<number>();
    for (let attempt = 0; attempt < attempts; attempt++) {
      const head = unit.entries?.length ? await headOf(table, unit.teamId) : null;
      const entries = chained(unit, head ?? { seq: 0, hash: firstHash }, newId);
      const events = entries.filter(isPublished).map((entry): OutboxMessage => ({ kind: 'event', entry }));
      const effects = [...events, ...(unit.effects ?? [])];
      const pending = effects.map((effect) => asPending(unit, effect, newId));
      if (await written(table, unit, { head, entries, pending, toZero })) return pending;
      await pause(Math.random() * Math.min(400, 10 * 2 ** attempt));
    }
    throw new Transient('Too many concurrent changes of the team');
  };

/** Commits of one team by this process are serialised, so that only other processes compete for the chain's head. */
export function commitTo(table: Table): (unit: Commit) => Promise<Pending[]> {
  const commitNow = committing({ table, newId: uniqueId, pause: sleep });
  const teams = createKeyedMutex();
  return (unit) => teams(unit.teamId, () => commitNow(unit));
}

export const commit = commitTo(deployedTable);

/** Null before the team's first entry. What records no entry doesn't touch the chain. */
const headOf = (table: Table, teamId: string): Promise<(Head & Address) | null> =>
  readRow(table, { pk: timelinePartition(teamId), sk: 'HEAD' });

function chained(unit: Commit, head: Head, newId: NewId): Entry[] {
  let { seq, hash } = head;
  return (unit.entries ?? []).map((entry) => {
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

const asPending = ({ teamId, at }: Commit, effect: OutboxMessage, newId: NewId): Pending => ({
  id: messageId(teamId, effect, newId('out')),
  effect,
  since: at.toISOString(),
  claimedUntil: null,
  attempts: 0,
});

interface Linked {
  readonly head: Head | null;
  readonly entries: readonly Entry[];
  readonly pending: readonly Pending[];
  /** Indices of the changes that decrease a counter by more than it has. Adjusted after each attempt. */
  readonly toZero: Set<number>;
}

/** False if the transaction must be repeated, with the chain's new head or with other decreases. */
async function written(table: Table, unit: Commit, linked: Linked): Promise<boolean> {
  const items = [
    ...unit.changes.map((change, index) => changeItem(table.name, change, linked.toZero.has(index))),
    ...chainItems(table.name, unit.teamId, linked),
    ...linked.pending.map((each) => put(table.name, { ...messageAddress(each.id), ...each }, {})),
  ];
  try {
    await translated(table.documents.send(new TransactWriteCommand({ TransactItems: items })));
    return true;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
    const failed = [...unit.changes.keys()].filter((index) => codes[index] === 'ConditionalCheckFailed');
    assertOnlyDecreases(failed.flatMap((index) => unit.changes[index] ?? []));
    if (codes.includes('ValidationError')) throw error;
    for (const index of failed) toggle(linked.toZero, index);
    return false;
  }
}

function toggle(indices: Set<number>, index: number): void {
  if (!indices.delete(index)) indices.add(index);
}

/** Throws the problem of the first failed change that is not the decrease of a counter. */
function assertOnlyDecreases(failed: readonly Change[]): void {
  const change = failed.find((each) => !isDecrease(each));
  if (change)
    throw (
      change.otherwise ??
      new Problem('version_mismatch', 'The resource was changed concurrently. Read it again, then repeat the request.')
    );
}

function chainItems(tableName: string, teamId: string, { head, entries }: Linked): Item[] {
  const last = entries.at(-1);
  if (!last) return [];
  const pk = timelinePartition(teamId);
  const condition = head
    ? { ConditionExpression: 'seq = :seq', ExpressionAttributeValues: { ':seq': head.seq } }
    : absent;
  return [
    put(tableName, { pk, sk: 'HEAD', seq: last.seq, hash: last.hash, listed: true }, condition),
    ...(head?.listed ? [] : [put(tableName, { ...chainMark(teamId), teamId }, {})]),
    ...entries.map((entry) => put(tableName, { pk, sk: entryKey(entry.seq), ...entry }, absent)),
  ];
}
