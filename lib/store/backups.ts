/**
 * Reads backups: by database, newest first; by id, through a separate row; and by key ARN, through the index of
 * databases. The databases that the daily backup visits have sharded rows, so that no partition grows with their
 * number; a row exists as long as the database or a backup of it.
 */

import type { Backup } from '#lib/model/backup.ts';
import { teamPartition } from '#lib/model/items/address.ts';
import { backupIdRow, backupRow, backupsPrefix, onKey } from '#lib/model/items/backups.ts';
import type { BackupStore } from '#lib/model/stores.ts';
import { deployedTable, readNewestOnKey, readOnKey, readRange, readRow, type Table } from './table.ts';

/** Enough that some of them are finished. */
const newestToRead = 50;

export const backupStore = (table: Table = deployedTable): BackupStore => ({
  backupById: async (teamId, id) => {
    const ref = await readRow<{ databaseId: string }>(table, backupIdRow(teamId, id));
    return ref && readRow<Backup>(table, backupRow(teamId, ref.databaseId, id));
  },
  listBackups: (teamId, databaseId, query) =>
    readRange(table, { ...query, pk: teamPartition(teamId), prefix: backupsPrefix(databaseId), newestFirst: true }),
  backupsOnKey: ({ teamId, keyArn }, query) => readOnKey(table, { teamId, keyArn: onKey(keyArn) }, query),
  newestBackupOnKey: async ({ teamId, keyArn }) => {
    const newest = await readNewestOnKey<Backup>(table, { teamId, keyArn: onKey(keyArn) }, newestToRead);
    return newest.find(({ status }) => status === 'available') ?? null;
  },
  visitedInShard: (shard, after, limit) =>
    readRange(table, { pk: `VISITED#${shard}`, prefix: 'db_', after, limit, consistent: true }),
});
