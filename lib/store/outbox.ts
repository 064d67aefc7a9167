/**
 * The outbox: messages are claimed for a minute by one worker, removed when done, and parked if they cannot be sent.
 */

import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { claimedFrom } from '#lib/model/claim.ts';
import type { Address } from '#lib/model/items/address.ts';
import {
  endOf,
  type MessageQuery,
  messageAddress,
  outboxPartition,
  parkedAddress,
  parkedPartition,
  parkedPrefix,
} from '#lib/model/items/outbox.ts';
import type { Parked, Pending } from '#lib/model/outbox-message.ts';
import type { Page } from '#lib/model/page.ts';
import type { OutboxStore } from '#lib/model/stores.ts';
import { claimIsVoid, momentsOf } from './claim.ts';
import { conditionally } from './conflict.ts';
import { translated } from './errors.ts';
import { documents, readRange, readRow, tableName } from './table.ts';

export const outboxStore = (): OutboxStore => ({
  /** The next team of a shard, in order, that has a message; null behind the last. */
  nextTeamWaiting: async (shard: number, after: string | null): Promise<string | null> => {
    const from = after && endOf(after);
    const page = await readRange<Pending & Address>({ ...waitingIn(outboxPartition(shard)), after: from, limit: 1 });
    return page.items[0]?.sk.split('#')[0] ?? null;
  },

  /** Sorted by rank, then oldest first. */
  pendingOf: ({ teamId, rank, after, limit }: MessageQuery): Promise<Page<Pending & Address>> => {
    const prefix = teamId === null ? 'out_' : `${teamId}#${rank ?? ''}`;
    return readRange({ pk: messageAddress(prefix).pk, prefix, after, limit, consistent: true });
  },

  pendingById: (id: string) => readRow<Pending>(messageAddress(id)),

  /** True for exactly one worker a minute. */
  claim: (id: string, at: Date): Promise<boolean> =>
    conditionally(() =>
      documents().send(
        new UpdateCommand({
          TableName: tableName(),
          Key: messageAddress(id),
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
    await translated(documents().send(new DeleteCommand({ TableName: tableName(), Key: messageAddress(id) })));
  },

  parkedById: (id: string) => readRow<Parked & Address>(parkedAddress(id)),
  listParked: (after: string | null): Promise<Page<Parked & Address>> =>
    readRange({ pk: parkedPartition, prefix: parkedPrefix, after, limit: 100, consistent: true }),
});
const waitingIn = (pk: string) => ({ pk, prefix: 'team_', consistent: true });
