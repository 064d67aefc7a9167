/**
 * A server's life: launched with an empty sealed volume, stopped by sealing and wiping, started by KMS and unsealing,
 * terminated for good. "It runs" means that its memory folder is there; the folder appears and goes in one step, so
 * that no half of it is ever sealed.
 */
import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { appendOnlyParts } from './append-only.ts';
import { createFolderAtomically, readJson, removeFolderAtomically } from './atomic-file.ts';
import { FleetFailure } from './failure.ts';
import { diskPlaces, memoryPlaces } from './places.ts';
import type { ServerSpec } from './port.ts';
import { recordProof } from './proof.ts';
import type { ServerRecord } from './record.ts';
import { writeRecord } from './record.ts';
import { seal, sealContent, unseal } from './sealed-volume.ts';
import { exists, findServer, isRunning, type Machine, placesOf, type Server } from './server.ts';
import { endProcess, findService } from './service-process.ts';
import { stopService } from './stop-service.ts';
import { appendOnlyContent, snapshotContent } from './volume-content.ts';
import { type EncryptionContext, encryptionContextOf } from './volume-kms.ts';

/** Beside the volume: what KMS needs to give the data key back. */
interface WrappedKey {
  readonly keyArn: string;
  readonly wrapped: string;
  readonly context: EncryptionContext;
}

/** Creates the server if it does not exist; a stopped server stays stopped. Throws `key_unusable`, `unavailable`. */
export async function launchServer(machine: Machine, spec: ServerSpec, port: number): Promise<void> {
  const places = placesOf(machine, spec.serverId);
  const context = encryptionContextOf(spec);
  const { plaintext, wrapped } = await machine.kms.generateDataKey(spec.keyArn, context);
  const record: ServerRecord = { ...spec, port, tlsPort: port + 1, desired: { server: 'running', service: 'stopped' } };
  const kept: WrappedKey = { keyArn: spec.keyArn, wrapped: Buffer.from(wrapped).toString('base64'), context };
  await createFolderAtomically(places.folder, async (building) => {
    const { record: recordPath, wrappedKey, volume } = diskPlaces(building);
    await writeRecord(recordPath, record);
    await writeFile(wrappedKey, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
    await seal({ path: volume, dataKey: plaintext, context }, places.rdb);
  });
  await bringUp({ record, places, machine }, plaintext);
}

/** Throws `key_unusable`, `volume_damaged`, `unavailable`; nothing of the volume is then readable. */
export async function startServer(server: Server): Promise<void> {
  if (await isRunning(server)) return;
  await bringUp(server, await dataKeyOf(server));
}

/** The volume's data key, unwrapped by KMS. Throws `key_unusable`, `volume_damaged`, `unavailable`. */
export async function dataKeyOf({ places, machine }: Server): Promise<Uint8Array> {
  const kept = await readJson<WrappedKey>(places.wrappedKey);
  if (!kept) throw new FleetFailure('volume_damaged', 'The wrapped data key beside the volume is not there.');
  return machine.kms.unwrap(kept.keyArn, Buffer.from(kept.wrapped, 'base64'), kept.context);
}

async function bringUp(server: Server, dataKey: Uint8Array): Promise<void> {
  const { record, places } = server;
  await createFolderAtomically(places.memory, async (building) => {
    const memory = memoryPlaces(building);
    const pathOf = (name: string) => (name === basename(memory.rdb) ? memory.rdb : join(memory.aof, name));
    const opened = await unseal({ path: places.volume, dataKey, context: encryptionContextOf(record) }, pathOf);
    await recordProof(server, { opened });
    await writeFile(memory.dataKey, dataKey, { mode: 0o600 });
    await writeFile(memory.adminPassword, randomBytes(32).toString('hex'), { mode: 0o600 });
    await chmod(building, 0o700);
  });
}

/**
 * Needs no KMS. May run twice. Throws `service_running`; `save_failed` where files of the append-only file are missing.
 */
export async function stopServer(server: Server): Promise<void> {
  if (!(await isRunning(server))) return;
  const service = await findService(server);
  if (service?.open) throw new FleetFailure('service_running', 'The service still runs on the server.');
  // Ends a process that does not serve, and finds unsaved data of a crashed one.
  await stopService(server);
  const { places, record } = server;
  const volume = { path: places.volume, dataKey: await readFile(places.dataKey), context: encryptionContextOf(record) };
  const parts = await appendOnlyParts(places);
  const content = parts
    ? appendOnlyContent(parts, (name) => join(places.aof, name))
    : await snapshotContent(places.rdb);
  await recordProof(server, { sealed: (await sealContent(volume, content)).volume });
  await removeFolderAtomically(places.memory);
}

/** Ends the service without saving; removes memory, volume and wrapped key. */
export async function terminateServer(machine: Machine, serverId: string): Promise<void> {
  const server = await findServer(machine, serverId);
  const places = placesOf(machine, serverId);
  const service = server && (await exists(places.memory)) ? await findService(server) : null;
  if (server && service && !(await endProcess(server, service.pid)))
    throw new FleetFailure('unavailable', 'The service does not end.');
  await removeFolderAtomically(places.memory);
  await removeFolderAtomically(places.folder);
}
