/**
 * Reads keys. The row `KEYS#<shard>` / ARN contains the team that owns an ARN. The sweep iterates over the shards, so
 * that no partition grows with the number of keys.
 */

import { teamPartition } from '#lib/model/items/address.ts';
import { keyRow, ownerRow } from '#lib/model/items/keys.ts';
import type { KeyStore } from '#lib/model/stores.ts';
import { deployedTable, readRange, readRow, readRows, type Table } from './table.ts';

export const keyStore = (table: Table = deployedTable): KeyStore => ({
  keyById: (teamId, id) => readRow(table, keyRow(teamId, id)),
  ownerOf: (arn) => readRow(table, ownerRow(arn)),
  listKeys: (teamId, query) => readRange(table, { ...query, pk: teamPartition(teamId), prefix: 'KEY#' }),
  keysInShard: (shard, after) => readRange(table, { pk: `KEYS#${shard}`, prefix: 'arn:', after, limit: 100 }),
  keysByRef: (refs) =>
    readRows(
      table,
      refs.map(({ teamId, keyId }) => keyRow(teamId, keyId)),
    ),
});
