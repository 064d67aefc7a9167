/** Stores responses to requests with an Idempotency-Key for a day. A request in progress is held for half a minute. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { plusSeconds } from '#lib/model/clock.ts';
import type { IdempotencyRef, IdempotencyStore, Remembered } from '#lib/model/idempotency.ts';
import { teamPartition } from '#lib/model/items/address.ts';
import { hashedPart } from '#lib/model/items/row-key.ts';
import { translated } from './errors.ts';
import { documents, readRow, tableName } from './table.ts';

const dayInSeconds = 86_400;
const rowAt = ({ teamId, operation }: IdempotencyRef, part: string) => ({
  pk: teamPartition(teamId),
  sk: `IDEMPOTENCY#${operation}#${part}`,
});
const row = (ref: IdempotencyRef) => rowAt(ref, hashedPart(ref.key));

/** Rows written before keys were hashed, so that a request that is repeated across the upgrade finds its response. */
async function formerResponse(ref: IdempotencyRef, at: Date): Promise<Remembered | null> {
  const former = await readRow<Remembered & { readonly expiresAt: number }>(rowAt(ref, ref.key));
  return former?.answer && former.expiresAt > at.getTime() / 1000 ? former : null;
}

export const idempotencyStore = (): IdempotencyStore => ({
  begin: async (ref, at) => {
    const former = await formerResponse(ref, at);
    if (former) return former;
    try {
      await translated(
        documents().send(
          new PutCommand({
            TableName: tableName(),
            Item: {
              ...row(ref),
              requestHash: ref.requestHash,
              answer: null,
              heldUntil: plusSeconds(at, 30).toISOString(),
              expiresAt: expiry(at),
            },
            ConditionExpression: 'attribute_not_exists(pk) OR (answer = :none AND heldUntil < :now)',
            ExpressionAttributeValues: { ':none': null, ':now': at.toISOString() },
          }),
        ),
      );
      return null;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return (await readRow<Remembered>(row(ref))) ?? { requestHash: ref.requestHash, answer: null };
    }
  },
  remember: async (ref, at, answer) => {
    const item = { ...row(ref), requestHash: ref.requestHash, answer, heldUntil: null, expiresAt: expiry(at) };
    await translated(documents().send(new PutCommand({ TableName: tableName(), Item: item })));
  },
  forget: async (ref) => {
    await translated(documents().send(new DeleteCommand({ TableName: tableName(), Key: row(ref) })));
  },
});

const expiry = (at: Date): number => Math.floor(at.getTime() / 1000) + dayInSeconds;
