/**
 * Sealing the volume of a service that runs, so that a machine that dies loses minutes and not everything since the
 * last stop. It needs no KMS: the server's data key is in memory, and what is written is ciphertext that only KMS
 * opens, as at a stop.
 * Does not: begin on a server whose service is stopped or shut, so nothing is written anew once a lockout has stopped
 * it.
 */
import { readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LimitFunction } from 'p-limit';
import { syncFolder } from './atomic-file.ts';
import { takeSnapshot } from './backup-snapshot.ts';
import { FleetFailure } from './failure.ts';
import type { KeyedMutex } from './keyed-mutex.ts';
import { identityOf, infoNumber } from './save.ts';
import { seal } from './sealed-volume.ts';
import { findServer, isRunning, type Machine, type Server } from './server.ts';
import { findService, send } from './service-process.ts';
import { desiredToRun } from './suspension.ts';
import { encryptionContextOf } from './volume-kms.ts';

/** The interval, which is the maximum loss of writes if the machine fails. */
export const checkpointEveryMs = 5 * 60_000;

interface CheckpointWork {
  readonly machine: Machine;
  readonly mutex: KeyedMutex;
  readonly cpuLimit: LimitFunction;
  /** The mutex of the volume, which is acquired before the server's. */
  readonly lockVolume: <T>(serverId: string, work: () => Promise<T>) => Promise<T>;
}

/** The snapshot in a server's volume, if this process sealed it. */
type Sealed = Map<string, string>;

/**
 * Returns whether it sealed the volume; false without changes since the last time. Operations on the server wait for
 * the snapshot only, and a stop for all of it.
 */
const checkpoint = (work: CheckpointWork, sealed: Sealed, serverId: string): Promise<boolean> =>
  work.lockVolume(serverId, async () => {
    const server = await findServer(work.machine, serverId);
    const taken = server && (await work.mutex(serverId, () => changedSince(server, sealed.get(serverId))));
    if (!taken) return false;
    try {
      await work.cpuLimit(() => sealBeside(server, taken.path));
      sealed.set(serverId, taken.identity);
      return true;
    } finally {
      await rm(taken.path, { force: true });
    }
  });

/** A snapshot of an open service; null if the volume has all data, or the service does not run. */
async function changedSince(
  server: Server,
  before: string | undefined,
): Promise<{ path: string; identity: string } | null> {
  const service = (await isRunning(server)) ? await findService(server) : null;
  if (!service?.open) return null;
  const [persistence] = await send(server, service, [['INFO', 'persistence']]);
  const unchanged = infoNumber(persistence, 'rdb_changes_since_last_save') === 0;
  if (unchanged && before !== undefined && before === (await identityOf(server.places.rdb))) return null;
  const { path } = await takeSnapshot(server, 'checkpoint');
  return { path, identity: String(await identityOf(path)) };
}

/** Never replaces a volume with data by an empty one if the snapshot disappeared. */
async function sealBeside({ record, places }: Server, snapshot: string): Promise<void> {
  const beside = `${places.volume}.checkpoint`;
  try {
    const volume = { path: beside, dataKey: await readFile(places.dataKey), context: encryptionContextOf(record) };
    const { rdb } = await seal(volume, snapshot);
    if (!rdb) return;
    await rename(beside, places.volume);
    await syncFolder(dirname(places.volume));
  } finally {
    await rm(beside, { force: true });
  }
}

/** A checkpoint that yields to a stop is not a failure: the stop seals the volume itself. */
const gaveWay = ({ pendingStops }: Machine, serverId: string, error: unknown): boolean =>
  error instanceof FleetFailure && error.reason === 'unavailable' && pendingStops.has(serverId);

/**
 * Seals the services whose desired state is running, one after the other, until it is closed; closing waits for the
 * current one.
 */
export function startCheckpoints(work: CheckpointWork, everyMs: number): { close(): Promise<void> } {
  const stopping = new AbortController();
  const sealed: Sealed = new Map();
  const round = async () => {
    for (const serverId of await desiredToRun(work.machine)) {
      if (stopping.signal.aborted) return;
      await checkpoint(work, sealed, serverId).catch((error: unknown) => {
        if (!gaveWay(work.machine, serverId, error)) work.machine.log('checkpoint failed', { serverId, error });
      });
    }
  };
  const run = async () => {
    for (;;) {
      await sleep(everyMs, undefined, { ref: false, signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await round();
    }
  };
  const running = run();
  return {
    close: async () => {
      stopping.abort();
      await running;
    },
  };
}
