/** Checks the machine, removes incomplete files of a killed process, and assembles the fleet. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import pLimit from 'p-limit';
import type { BackupObjects } from './backup-objects.ts';
import type { Log } from './failure.ts';
import { defaultMemoryDir, ensureMemoryDir } from './memory-folder.ts';
import { createPendingStops } from './pending-stops.ts';
import { findRedisBinary } from './redis-binary.ts';
import type { TlsFiles } from './redis-conf.ts';
import type { Machine } from './server.ts';
import type { VolumeKms } from './volume-kms.ts';

export interface ProcessFleetOptions {
  /** Ciphertext and records; survives the machine. */
  readonly dir: string;
  /** Plaintext, while servers run; must be memory-backed. By default a folder on /dev/shm, named after `dir`. */
  readonly memoryDir?: string;
  readonly firstPort: number;
  /** The certificate of the TLS ports, for loopback, and its authority. Services read it when they start. */
  readonly tls: TlsFiles;
  /** What an application may do on its database, as a rule of Redis's ACL: `~* &* +@all -@admin`, for example. */
  readonly applicationRights: string;
  /**
   * Digests a page of keys: a Lua script whose ARGV is the database, SCAN's cursor, the bound of expiry and the digest
   * so far, and which returns `cursor keys expiring digest`.
   */
  readonly digestPageScript: string;
  readonly kms: VolumeKms;
  /** Where backups are kept; without it none can be taken or restored. */
  readonly backups?: BackupObjects;
  readonly log?: Log;
  /** How often running services are sealed; every five minutes unless set. */
  readonly checkpointEveryMs?: number;
}

export function assemble(options: ProcessFleetOptions): Machine {
  const dir = resolve(options.dir);
  const memoryDir = resolve(options.memoryDir ?? defaultMemoryDir(dir));
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  ensureMemoryDir(memoryDir);
  for (const folder of [dir, memoryDir]) removeHalfDone(folder);
  return {
    dir,
    memoryDir,
    firstPort: options.firstPort,
    binary: findRedisBinary(),
    tls: options.tls,
    applicationRights: options.applicationRights,
    digestPageScript: options.digestPageScript,
    kms: options.kms,
    backups: options.backups ?? null,
    saving: pLimit(availableParallelism()),
    pendingStops: createPendingStops(),
    log: options.log ?? (() => undefined),
  };
}

/** Folders that are being created or removed; none of them has a process. */
function removeHalfDone(folder: string): void {
  for (const name of readdirSync(folder))
    if (/^\.(new|gone)-/.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
}
