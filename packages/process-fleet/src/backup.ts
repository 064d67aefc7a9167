/**
 * Backups of the process fleet: a snapshot, sealed under a fresh data key of the database's KMS key and bound to team,
 * database and backup, is what leaves the machine. The wrapped data key goes with it, so what is stored is ciphertext
 * that only KMS opens, wherever it's kept.
 */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LimitFunction } from 'p-limit';
import { asMetadata, type BackupObjects, noteIn } from './backup-objects.ts';
import { type Snapshot, takeSnapshot } from './backup-snapshot.ts';
import { FleetFailure, outcomeOf } from './failure.ts';
import type { KeyedMutex } from './keyed-mutex.ts';
import type { BackupOrder, BackupRef, TakenBackup } from './port.ts';
import { seal } from './sealed-volume.ts';
import { type Machine, requireServer, type Server } from './server.ts';
import { type EncryptionContext, encryptionContextOf } from './volume-kms.ts';

export const backupContext = (backup: BackupRef): EncryptionContext => ({
  ...encryptionContextOf(backup),
  'latchkey:backup': backup.backupId,
});

/** The deployment's store. Throws if there is none. */
export function requireBackupObjects({ backups }: Machine): BackupObjects {
  if (!backups) throw new FleetFailure('unavailable', 'This deployment has no place for backups.');
  return backups;
}

/**
 * Holds the server's mutex for the snapshot only, and a slot of `cpuLimit` for sealing, never both.
 */
export interface BackupContext {
  readonly machine: Machine;
  readonly mutex: KeyedMutex;
  readonly cpuLimit: LimitFunction;
}

/** One order at a time per backup. Idempotent: an existing object is the backup. */
export async function takeBackup(work: BackupContext, order: BackupOrder): Promise<TakenBackup> {
  const { serverId } = order;
  let facts = { objectBytes: 0, memoryBytes: 0 };
  const outcome = await work.mutex(`backup ${order.backup.backupId}`, () =>
    outcomeOf(serverId, work.machine.log, async () => {
      facts = (await stored(work.machine, order)) ?? (await made(work, order));
      return 'done';
    }),
  );
  if (outcome.state === 'failed') return outcome;
  return { serverId, state: 'done', ...facts };
}

type Facts = Pick<Extract<TakenBackup, { state: 'done' }>, 'objectBytes' | 'memoryBytes'>;

async function stored(machine: Machine, { backup }: BackupOrder): Promise<Facts | null> {
  const found = await requireBackupObjects(machine).head(backup.objectKey);
  return found && { objectBytes: found.bytes, memoryBytes: noteIn(found.metadata).memoryBytes };
}

async function made({ machine, mutex, cpuLimit }: BackupContext, { serverId, backup }: BackupOrder): Promise<Facts> {
  const server = await requireServer(machine, serverId);
  const snapshot = await mutex(serverId, () => takeSnapshot(server, backup.backupId));
  try {
    return await cpuLimit(() => sealAndStore(server, backup, snapshot));
  } finally {
    await rm(snapshot.path, { force: true });
  }
}

async function sealAndStore(
  { machine, places }: Server,
  backup: BackupRef,
  { path: rdb, memoryBytes }: Snapshot,
): Promise<Facts> {
  const context = backupContext(backup);
  const { plaintext: dataKey, wrapped } = await machine.kms.generateDataKey(backup.keyArn, context);
  const path = join(places.folder, `backup-${backup.backupId}.sealed`);
  try {
    const { rdb: sealed } = await seal({ path, dataKey, context }, rdb);
    // The server was stopped in the meantime, and its memory was wiped.
    if (!sealed) throw new FleetFailure('unavailable', 'The snapshot went away while it was sealed.');
    const { size: bytes } = await stat(path);
    const note = { keyArn: backup.keyArn, wrappedKey: Buffer.from(wrapped).toString('base64'), memoryBytes };
    await requireBackupObjects(machine).put({ key: backup.objectKey, path, bytes, metadata: asMetadata(note) });
    return { objectBytes: bytes, memoryBytes };
  } finally {
    await rm(path, { force: true });
  }
}
