/** Effects that wait: claimed for a minute by one worker, removed when done. */
import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Pending } from '#lib/outbox/effect.ts';
import { claimedFrom, claimIsVoid, momentsOf } from './claim.ts';
import { outboxPartition } from './commit.ts';
import { conditionally } from './conflict.ts';
import { translated } from './errors.ts';
import { type Address, documents, type Page, readRange, readRow, tableName } from './table.ts';

export const outboxStore = () => ({
  pendingEffects: (after: string | null): Promise<Page<Pending & Address>> =>
    readRange({ pk: outboxPartition, prefix: 'out_', after, limit: 100, consistent: true }),

  pendingById: (id: string) => readRow<Pending>({ pk: outboxPartition, sk: id }),

  /** True for exactly one worker a minute. */
  claim: (id: string, at: Date): Promise<boolean> =>
    conditionally(() =>
      documents().send(
        new UpdateCommand({
          TableName: tableName(),
          Key: { pk: outboxPartition, sk: id },
          UpdateExpression: 'SET claimedUntil = :until, attempts = attempts + :one',
          ConditionExpression: `attribute_exists(pk) AND (claimedUntil = :none OR ${claimIsVoid})`,
          ExpressionAttributeValues: {
            ...momentsOf(at),
            ':until': claimedFrom(at),
            ':none': null,
            ':one': 1,
          },
        }),
      ),
    ),

  done: async (id: string): Promise<void> => {
    await translated(documents().send(new DeleteCommand({ TableName: tableName(), Key: { pk: outboxPartition, sk: id } })));
  },
});
