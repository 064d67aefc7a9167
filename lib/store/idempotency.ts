/** Stores responses to requests with an Idempotency-Key for a day. A request in progress is held for half a minute. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { plusSeconds } from '#lib/model/clock.ts';
import type { IdempotencyRef, IdempotencyStore, Remembered } from '#lib/model/idempotency.ts';
import { teamPartition } from '#lib/model/items/address.ts';
import { hashedPart } from '#lib/model/items/row-key.ts';
import { deployedTable, readRow, type Table } from './table.ts';
import { deleteItem, putItem } from './writes.ts';

const dayInSeconds = 86_400;
const rowAt = ({ teamId, operation }: IdempotencyRef, part: string) => ({
  pk: teamPartition(teamId),
  sk: `IDEMPOTENCY#${operation}#${part}`,
});
const row = (ref: IdempotencyRef) => rowAt(ref, hashedPart(ref.key));

/** Rows written before keys were hashed, so that a request that is repeated across the upgrade finds its response. */
async function formerResponse(table: Table, ref: IdempotencyRef, at: Date): Promise<Remembered | null> {
  const former = await readRow<Remembered & { readonly expiresAt: number }>(table, rowAt(ref, ref.key));
  return former?.answer && former.expiresAt > at.getTime() / 1000 ? former : null;
}

export const idempotencyStore = (table: Table = deployedTable): IdempotencyStore => ({
  begin: async (ref, at) => {
    const former = await formerResponse(table, ref, at);
    if (former) return former;
    try {
      const heldUntil = plusSeconds(at, 30).toISOString();
      await putItem(table, {
        Item: { ...row(ref), requestHash: ref.requestHash, answer: null, heldUntil, expiresAt: expiry(at) },
        ConditionExpression: 'attribute_not_exists(pk) OR (answer = :none AND heldUntil < :now)',
        ExpressionAttributeValues: { ':none': null, ':now': at.toISOString() },
      });
      return null;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return (await readRow<Remembered>(table, row(ref))) ?? { requestHash: ref.requestHash, answer: null };
    }
  },
  remember: async (ref, at, answer) => {
    const Item = { ...row(ref), requestHash: ref.requestHash, answer, heldUntil: null, expiresAt: expiry(at) };
    await putItem(table, { Item });
  },
  forget: async (ref) => {
    await deleteItem(table, row(ref));
  },
});

const expiry = (at: Date): number => Math.floor(at.getTime() / 1000) + dayInSeconds;
