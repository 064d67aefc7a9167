/**
 * Reads keys. The row `KEYS#<shard>` / ARN contains the team that owns an ARN. The sweep iterates over the shards, so
 * that no partition grows with the number of keys.
 */

import { teamPartition } from '#lib/model/items/address.ts';
import { keyRow, ownerRow } from '#lib/model/items/keys.ts';
import type { KeyStore } from '#lib/model/stores.ts';
import { readRange, readRow, readRows } from './table.ts';

export const keyStore = (): KeyStore => ({
  keyById: (teamId, id) => readRow(keyRow(teamId, id)),
  ownerOf: (arn) => readRow(ownerRow(arn)),
  listKeys: (teamId, query) => readRange({ ...query, pk: teamPartition(teamId), prefix: 'KEY#' }),
  keysInShard: (shard, after) => readRange({ pk: `KEYS#${shard}`, prefix: 'arn:', after, limit: 100 }),
  keysByRef: (refs) => readRows(refs.map(({ teamId, keyId }) => keyRow(teamId, keyId))),
});
