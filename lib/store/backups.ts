/**
 * Reads backups: by database, newest first; by id, through a separate row; and by key ARN, through the index of
 * databases. The databases that the daily backup visits have sharded rows, so that no partition grows with their
 * number; a row exists as long as the database or a backup of it.
 */

import type { Backup } from '#lib/model/backup.ts';
import { type Address, teamPartition } from '#lib/model/items/address.ts';
import { backupIdRow, backupRow, backupsPrefix, onKey, type Visited } from '#lib/model/items/backups.ts';
import type { KeyUse } from '#lib/model/key.ts';
import type { ListQuery, Page } from '#lib/model/page.ts';
import type { BackupStore } from '#lib/model/stores.ts';
import { keyArnIndex, query, readRange, readRow } from './table.ts';

export const backupStore = (): BackupStore => ({
  backupById: async (teamId: string, id: string): Promise<Backup | null> => {
    const ref = await readRow<{ databaseId: string }>(backupIdRow(teamId, id));
    return ref && readRow<Backup>(backupRow(teamId, ref.databaseId, id));
  },
  /** Newest first. */
  listBackups: (teamId: string, databaseId: string, { after, limit }: ListQuery): Promise<Page<Backup & Address>> =>
    readRange({ pk: teamPartition(teamId), prefix: backupsPrefix(databaseId), after, limit, newestFirst: true }),
  /**
   * The team's backups, oldest first, from an eventually consistent index. A page may be short or empty without being
   * the last.
   */
  backupsOnKey: async ({ teamId, keyArn }: KeyUse, { after, limit }: ListQuery): Promise<Page<Backup>> => {
    const { items, more } = await query<Backup>({
      IndexName: keyArnIndex,
      KeyConditionExpression: after ? 'onKeyArn = :arn AND id > :after' : 'onKeyArn = :arn',
      ExpressionAttributeValues: { ':arn': onKey(keyArn), ...(after ? { ':after': after } : {}) },
      Limit: limit,
    });
    return { items: items.filter((each) => each.teamId === teamId), cursor: more ? (items.at(-1)?.id ?? null) : null };
  },
  visitedInShard: (shard: number, after: string | null, limit: number): Promise<Page<Visited & Address>> =>
    readRange({ pk: `VISITED#${shard}`, prefix: 'db_', after, limit, consistent: true }),
});
