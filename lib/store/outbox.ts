/**
 * The outbox: messages are claimed for a minute by one worker, removed when done, and parked if they cannot be sent.
 */

import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { claimedFrom } from '#lib/model/claim.ts';
import type { Address } from '#lib/model/items/address.ts';
import {
  endOf,
  messageAddress,
  outboxPartition,
  parkedAddress,
  parkedPartition,
  parkedPrefix,
} from '#lib/model/items/outbox.ts';
import type { OutboxStore } from '#lib/model/stores.ts';
import { claimIsVoid, momentsOf } from './claim.ts';
import { conditionally } from './conflict.ts';
import { translated } from './errors.ts';
import { documents, readRange, readRow, tableName } from './table.ts';

export const outboxStore = (): OutboxStore => ({
  nextTeamWaiting: async (shard, after) => {
    const range = { pk: outboxPartition(shard), prefix: 'team_', after: after && endOf(after), limit: 1 };
    const page = await readRange<Address>({ ...range, consistent: true });
    return page.items[0]?.sk.split('#')[0] ?? null;
  },

  pendingOf: ({ teamId, rank, after, limit }) => {
    const prefix = teamId === null ? 'out_' : `${teamId}#${rank ?? ''}`;
    return readRange({ pk: messageAddress(prefix).pk, prefix, after, limit, consistent: true });
  },

  pendingById: (id) => readRow(messageAddress(id)),

  claim: (id, at) =>
    conditionally(() =>
      documents().send(
        new UpdateCommand({
          TableName: tableName(),
          Key: messageAddress(id),
          UpdateExpression: 'SET claimedUntil = :until, attempts = attempts + :one',
          ConditionExpression: `attribute_exists(pk) AND (claimedUntil = :none OR ${claimIsVoid})`,
          ExpressionAttributeValues: { ...momentsOf(at), ':until': claimedFrom(at), ':none': null, ':one': 1 },
        }),
      ),
    ),

  done: async (id) => {
    await translated(documents().send(new DeleteCommand({ TableName: tableName(), Key: messageAddress(id) })));
  },

  parkedById: (id) => readRow(parkedAddress(id)),
  listParked: (after) => readRange({ pk: parkedPartition, prefix: parkedPrefix, after, limit: 100, consistent: true }),
});
