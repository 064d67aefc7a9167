/**
 * Restoring: a backup's snapshot becomes the data of a server whose service has not started yet, and is sealed into its
 * volume at once.
 */
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { backupContext, requireBackupObjects } from './backup.ts';
import { noteIn } from './backup-objects.ts';
import { FleetFailure } from './failure.ts';
import type { OperationContext } from './operation-context.ts';
import type { BackupRef, RestoreOrder } from './port.ts';
import { seal, unsealFrom } from './sealed-volume.ts';
import { isRunning, requireServer, type Server } from './server.ts';
import { findService } from './service-process.ts';
import { encryptionContextOf } from './volume-kms.ts';

/** May run twice. Throws `server_stopped`, `service_running`, `backup_missing`, `key_unusable`, `backup_damaged`. */
export async function restoreStep({ machine }: OperationContext, { serverId, backup }: RestoreOrder): Promise<'done'> {
  const server = await requireServer(machine, serverId);
  if (!(await isRunning(server)))
    throw new FleetFailure('server_stopped', 'The server is stopped, so nothing is restored to it.');
  if (await findService(server))
    throw new FleetFailure('service_running', 'The service runs already: a backup is restored before it starts.');
  const { places, record } = server;
  await fetchSnapshot(server, backup);
  await seal(
    { path: places.volume, dataKey: await readFile(places.dataKey), context: encryptionContextOf(record) },
    places.rdb,
  );
  return 'done';
}

/** Plaintext is in the memory folder only, and is renamed once it is complete and verified. */
async function fetchSnapshot({ machine, places }: Server, backup: BackupRef): Promise<void> {
  const object = await requireBackupObjects(machine).get(backup.objectKey);
  if (!object) throw new FleetFailure('backup_missing', 'The backup is no longer in the store.');
  const beside = join(places.memory, `restore-${backup.backupId}.rdb`);
  try {
    const { keyArn, wrappedKey } = noteIn(object.metadata);
    const context = backupContext(backup);
    const dataKey = await machine.kms.unwrap(keyArn, Buffer.from(wrappedKey, 'base64'), context);
    await rm(beside, { force: true });
    const { rdb } = await unsealFrom(object.body, { dataKey, context }, beside);
    if (!rdb) throw new FleetFailure('backup_damaged', 'The backup holds no snapshot.');
    await rename(beside, places.rdb);
  } catch (error) {
    throw asBackups(error);
  } finally {
    object.body.destroy();
    await rm(beside, { force: true });
  }
}

/** What sealing calls a volume is a backup here. */
const asBackups = (error: unknown): unknown =>
  error instanceof FleetFailure && error.reason === 'volume_damaged'
    ? new FleetFailure('backup_damaged', error.message.replaceAll('volume', 'backup'), { cause: error })
    : error;
