/**
 * Reads keys. The row `KEYS#<shard>` / ARN contains the team that owns an ARN. The sweep iterates over the shards, so
 * that no partition grows with the number of keys.
 */

import type { DeliveryProofs } from '#lib/model/delivery-proof.ts';
import { type Address, teamPartition } from '#lib/model/items/address.ts';
import { keyRow, ownerRow } from '#lib/model/items/keys.ts';
import type { Key, KeyRef } from '#lib/model/key.ts';
import type { ListQuery, Page } from '#lib/model/page.ts';
import type { KeyStore } from '#lib/model/stores.ts';
import { readRange, readRow, readRows } from './table.ts';

export const keyStore = (): KeyStore => ({
  keyById: (teamId: string, id: string) => readRow<Key>(keyRow(teamId, id)),
  /** The owner of any team; the caller decides what other teams may learn. */
  ownerOf: (arn: string) => readRow<KeyRef>(ownerRow(arn)),
  listKeys: (teamId: string, { after, limit }: ListQuery): Promise<Page<Key & Address>> =>
    readRange({ pk: teamPartition(teamId), prefix: 'KEY#', after, limit }),
  keysInShard: (shard: number, after: string | null): Promise<Page<KeyRef & DeliveryProofs & Address>> =>
    readRange({ pk: `KEYS#${shard}`, prefix: 'arn:', after, limit: 100 }),
  /** The keys of a page, in no particular order. */
  keysByRef: (refs: readonly KeyRef[]): Promise<Key[]> =>
    readRows(refs.map(({ teamId, keyId }) => keyRow(teamId, keyId))),
});
