/**
 * Items of backups: by database, by id, and by key ARN through an index. And items of the databases that the daily
 * visit goes to, in shards, so that no partition grows with their number.
 */
import type { Backup } from '#lib/model/backup.ts';
import { type Address, inTeam } from './address.ts';
import { type Change, created, removed, saved } from './change.ts';
import { counted } from './quotas.ts';
import { shardOf } from './row-key.ts';

export const backupsPrefix = (databaseId: string) => `BACKUP#${databaseId}#`;

export const backupRow = (teamId: string, databaseId: string, id: string) =>
  inTeam(teamId, `${backupsPrefix(databaseId)}${id}`);

export const backupIdRow = (teamId: string, id: string) => inTeam(teamId, `BACKUPID#${id}`);
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
const visitedRow = ({ teamId, databaseId }: Pick<Visited, 'teamId' | 'databaseId'>): Address => ({
  pk: `VISITED#${shardOf(databaseId, visitShards)}`,
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
  created(backupIdRow(backup.teamId, backup.id), { databaseId: backup.databaseId }),
  ...requestedCounted(backup, 1),
];

export const backupSaved = (backup: Backup): Change => ({ kind: 'save', row: backupAsRow(backup) });
export const backupRemoved = (backup: Backup): Change[] => [
  removed(backupRow(backup.teamId, backup.databaseId, backup.id), backup.version),
  removed(backupIdRow(backup.teamId, backup.id)),
  ...requestedCounted(backup, -1),
];

export const visitsBegun = ({ teamId, id: databaseId }: { readonly teamId: string; readonly id: string }): Change =>
  created(visitedRow({ teamId, databaseId }), { teamId, databaseId, lastRun: null, version: 1 });

export function visitNoted(visited: Visited, lastRun: string): Change {
  const noted: Visited = { ...visited, lastRun };
  return saved(visitedRow(visited), noted);
}

export const visitsEnded = (visited: Visited): Change => removed(visitedRow(visited), visited.version);
