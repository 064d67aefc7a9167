/** A sample backup that is available, with the given changes. */
import type { Backup } from '#lib/model/backup.ts';
import { anId, at, keyArn, teamId } from '#test/support/build.ts';

export const aBackup = (changes: Partial<Backup> = {}): Backup => ({
  id: anId('bak', 1),
  teamId,
  databaseId: anId('db', 1),
  databaseName: 'redis-cubic-10482',
  plan: 'private-7',
  keyId: anId('key', 1),
  keyArn,
  trigger: 'schedule',
  status: 'available',
  objectKey: `${teamId}/${anId('db', 1)}/${anId('bak', 1)}`,
  objectBytes: 4096,
  memoryBytes: 3 * 2 ** 20,
  createdAt: at.toISOString(),
  finishedAt: at.toISOString(),
  expiresAt: '2026-12-29T11:00:00.000Z',
  failure: null,
  version: 2,
  ...changes,
});
