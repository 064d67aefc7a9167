/**
 * Items of backups: by database, by id, and by key ARN through an index. And items of the databases that the daily
 * visit goes to, in shards, so that no partition grows with their number.
 */
import { createHash } from 'node:crypto';
import type { Backup } from '#lib/model/backup.ts';
import { type Address, teamPartition } from './address.ts';
import type { Change } from './change.ts';
import { counted } from './quotas.ts';

export const backupsPrefix = (databaseId: string) => `BACKUP#${databaseId}#`;

export const backupRow = (teamId: string, databaseId: string, id: string): Address => ({
  pk: teamPartition(teamId),
  sk: `${backupsPrefix(databaseId)}${id}`,
});

export const backupIdRow = (teamId: string, id: string): Address => ({
  pk: teamPartition(teamId),
  sk: `BACKUPID#${id}`,
});
export const onKey = (keyArn: string) => `BACKUPS#${keyArn}`;

/** A database that the daily visit goes to. */
export interface Visited {
  readonly teamId: string;
  readonly databaseId: string;
  /** The visit that last began a backup of it; a visit that comes twice begins none. */
  readonly lastRun: string | null;
  readonly version: number;
}

export const visitShards = 16;
const visitShardOf = (databaseId: string): number =>
  (createHash('sha256').update(databaseId).digest()[0] ?? 0) % visitShards;

const visitedRow = ({ teamId, databaseId }: Pick<Visited, 'teamId' | 'databaseId'>): Address => ({
  pk: `VISITED#${visitShardOf(databaseId)}`,
  sk: `${databaseId}#${teamId}`,
});

const backupAsRow = (backup: Backup) => ({
  ...backup,
  ...backupRow(backup.teamId, backup.databaseId, backup.id),
  onKeyArn: backup.keyArn ? onKey(backup.keyArn) : undefined,
});

/** A backup by schedule, or the last of a database, is never refused. */
const requestedCounted = ({ teamId, trigger }: Backup, by: 1 | -1): Change[] =>
  trigger === 'request' ? [counted(teamId, 'backups', by)] : [];
export const backupCreated = (backup: Backup): Change[] => [
  { kind: 'create', row: backupAsRow(backup) },
  { kind: 'create', row: { ...backupIdRow(backup.teamId, backup.id), databaseId: backup.databaseId } },
  ...requestedCounted(backup, 1),
];

export const backupSaved = (backup: Backup): Change => ({ kind: 'save', row: backupAsRow(backup) });
export const backupRemoved = (backup: Backup): Change[] => [
  { kind: 'remove', row: { ...backupRow(backup.teamId, backup.databaseId, backup.id), version: backup.version } },
  { kind: 'remove', row: backupIdRow(backup.teamId, backup.id) },
  ...requestedCounted(backup, -1),
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
