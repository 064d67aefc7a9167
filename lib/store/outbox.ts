/**
 * The outbox: messages are claimed for a minute by one worker, removed when done, and parked if they cannot be sent.
 */

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
import { deployedTable, readRange, readRow, type Table } from './table.ts';
import { conditionally, deleteItem, updateItem } from './writes.ts';

export const outboxStore = (table: Table = deployedTable): OutboxStore => ({
  nextTeamWaiting: async (shard, after) => {
    const range = { pk: outboxPartition(shard), prefix: 'team_', after: after && endOf(after), limit: 1 };
    const page = await readRange<Address>(table, { ...range, consistent: true });
    return page.items[0]?.sk.split('#')[0] ?? null;
  },

  pendingOf: ({ teamId, rank, after, limit }) => {
    const prefix = teamId === null ? 'out_' : `${teamId}#${rank ?? ''}`;
    return readRange(table, { pk: messageAddress(prefix).pk, prefix, after, limit, consistent: true });
  },

  pendingById: (id) => readRow(table, messageAddress(id)),

  claim: (id, at) =>
    conditionally(
      updateItem(table, {
        Key: messageAddress(id),
        UpdateExpression: 'SET claimedUntil = :until, attempts = attempts + :one',
        ConditionExpression: `attribute_exists(pk) AND (claimedUntil = :none OR ${claimIsVoid})`,
        ExpressionAttributeValues: { ...momentsOf(at), ':until': claimedFrom(at), ':none': null, ':one': 1 },
      }),
    ),

  done: async (id) => {
    await deleteItem(table, messageAddress(id));
  },

  parkedById: (id) => readRow(table, parkedAddress(id)),
  listParked: (after) =>
    readRange(table, { pk: parkedPartition, prefix: parkedPrefix, after, limit: 100, consistent: true }),
});
