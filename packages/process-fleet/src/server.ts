/** A server in an operation, and the shared parts of the machine. */
import { readFile, stat } from 'node:fs/promises';
import type { LimitFunction } from 'p-limit';
import { nullIfAbsent } from './atomic-file.ts';
import type { BackupObjects } from './backup-objects.ts';
import { FleetFailure, type Log } from './failure.ts';
import type { PendingStops } from './pending-stops.ts';
import { type Places, placesIn } from './places.ts';
import { type DesiredState, readRecord, type ServerRecord, writeRecord } from './record.ts';
import type { TlsFiles } from './redis-conf.ts';
import type { VolumeKms } from './volume-kms.ts';

export interface Machine {
  readonly dir: string;
  readonly memoryDir: string;
  readonly firstPort: number;
  readonly binary: string;
  readonly tls: TlsFiles;
  /** What an application may do, as a rule of Redis's ACL. */
  readonly applicationRights: string;
  /** Digests a page of keys (Lua). */
  readonly digestPageScript: string;
  readonly kms: VolumeKms;
  /** Null if this deployment keeps no backups. */
  readonly backups: BackupObjects | null;
  /** A save uses a core; clients are not affected until it begins. */
  readonly saving: LimitFunction;
  /** Servers whose stop waits, so that other work on them yields. */
  readonly pendingStops: PendingStops;
  readonly log: Log;
}

export interface Server {
  readonly record: ServerRecord;
  readonly places: Places;
  readonly machine: Machine;
}

export const placesOf = (machine: Machine, serverId: string): Places =>
  placesIn(machine.dir, machine.memoryDir, serverId);

export async function findServer(machine: Machine, serverId: string): Promise<Server | null> {
  const places = placesOf(machine, serverId);
  const record = await readRecord(places.record);
  return record && { record, places, machine };
}

/** Throws `not_found`. */
export async function requireServer(machine: Machine, serverId: string): Promise<Server> {
  const server = await findServer(machine, serverId);
  if (!server) throw new FleetFailure('not_found', `There is no server ${serverId}.`);
  return server;
}

export const isRunning = async ({ places }: Server): Promise<boolean> => exists(places.memory);

export const exists = async (path: string): Promise<boolean> => (await nullIfAbsent(stat(path))) !== null;

/** Records a change of the desired state; absent members do not change. */
export async function recordDesiredState(server: Server, desired: Partial<DesiredState>): Promise<Server> {
  const record = { ...server.record, desired: { ...server.record.desired, ...desired } };
  await writeRecord(server.places.record, record);
  return { ...server, record };
}

export const adminPasswordOf = ({ places }: Server): Promise<string> => readFile(places.adminPassword, 'utf8');
