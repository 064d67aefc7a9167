/**
 * Backups: by database, newest first; by id through a row of their own; by key ARN through the databases' index, under a value that no database
 * has. And the databases that the daily visit goes to, in shards, so that no partition grows with their number; a row there lasts as long as the
 * database or any backup of it.
 */
import { createHash } from 'node:crypto';
import type { Backup } from '#lib/model/backup.ts';
import type { ListQuery } from './apps.ts';
import type { Change } from './commit.ts';
import type { KeyUse } from './keys.ts';
import { counted } from './quotas.ts';
import { type Address, keyArnIndex, type Page, query, readRange, readRow, teamPartition } from './table.ts';

const prefixOf = (databaseId: string) => `BACKUP#${databaseId}#`;
const backupRow = (teamId: string, databaseId: string, id: string): Address => ({
  pk: teamPartition(teamId),
  sk: `${prefixOf(databaseId)}${id}`,
});
const idRow = (teamId: string, id: string): Address => ({ pk: teamPartition(teamId), sk: `BACKUPID#${id}` });
const onKey = (keyArn: string) => `BACKUPS#${keyArn}`;

/** A database that the daily visit goes to. */
export interface Visited {
  readonly teamId: string;
  readonly databaseId: string;
  /** The visit that last began a backup of it; a visit that comes twice begins none. */
  readonly lastRun: string | null;
  readonly version: number;
}

export const visitShards = 16;
const shardOf = (databaseId: string): number =>
  (createHash('sha256').update(databaseId).digest()[0] ?? 0) % visitShards;
const visitedRow = ({ teamId, databaseId }: Pick<Visited, 'teamId' | 'databaseId'>): Address => ({
  pk: `VISITED#${shardOf(databaseId)}`,
  sk: `${databaseId}#${teamId}`,
});

export const backupStore = () => ({
  backupById: async (teamId: string, id: string): Promise<Backup | null> => {
    const ref = await readRow<{ databaseId: string }>(idRow(teamId, id));
    return ref && readRow<Backup>(backupRow(teamId, ref.databaseId, id));
  },
  /** Newest first. */
  listBackups: (teamId: string, databaseId: string, { after, limit }: ListQuery): Promise<Page<Backup & Address>> =>
    readRange({ pk: teamPartition(teamId), prefix: prefixOf(databaseId), after, limit, newestFirst: true }),
  /** The team's, oldest first; from an index that may lag by a moment. A page may be short, or empty, before the last one. */
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
export type BackupStore = ReturnType<typeof backupStore>;

export const backupsPrefix = prefixOf;

const asRow = (backup: Backup) => ({
  ...backup,
  ...backupRow(backup.teamId, backup.databaseId, backup.id),
  onKeyArn: backup.keyArn ? onKey(backup.keyArn) : undefined,
});

/** A backup by schedule, or the last of a database, is never refused. */
const requested = ({ teamId, trigger }: Backup, by: 1 | -1): Change[] =>
  trigger === 'request' ? [counted(teamId, 'backups', by)] : [];

export const backupCreated = (backup: Backup): Change[] => [
  { kind: 'create', row: asRow(backup) },
  { kind: 'create', row: { ...idRow(backup.teamId, backup.id), databaseId: backup.databaseId } },
  ...requested(backup, 1),
];

export const backupSaved = (backup: Backup): Change => ({ kind: 'save', row: asRow(backup) });

export const backupRemoved = (backup: Backup): Change[] => [
  { kind: 'remove', row: { ...backupRow(backup.teamId, backup.databaseId, backup.id), version: backup.version } },
  { kind: 'remove', row: idRow(backup.teamId, backup.id) },
  ...requested(backup, -1),
];

export const visitsBegun = ({ teamId, id: databaseId }: { readonly teamId: string; readonly id: string }): Change => ({
  kind: 'create',
  row: { ...visitedRow({ teamId, databaseId }), teamId, databaseId, lastRun: null, version: 1 },
});

export const visitNoted = (visited: Visited, run: string): Change => ({
  kind: 'save',
  row: {
    ...visitedRow(visited),
    teamId: visited.teamId,
    databaseId: visited.databaseId,
    lastRun: run,
    version: visited.version,
  },
});

export const visitsEnded = (visited: Visited): Change => ({
  kind: 'remove',
  row: { ...visitedRow(visited), version: visited.version },
});
