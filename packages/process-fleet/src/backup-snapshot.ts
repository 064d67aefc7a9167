/**
 * A snapshot of a running service for a backup: clients stay in, and the snapshot holds every acknowledged write
 * before it began.
 */
import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FleetFailure } from './failure.ts';
import { assertNoPendingStop } from './pending-stops.ts';
import { RedisRefusal } from './redis-exchange.ts';
import { faultOfSnapshot, identityOf, infoNumber } from './save.ts';
import { isRunning, type Server } from './server.ts';
import { findService, lastWarning, type Service, send } from './service-process.ts';
import { until } from './wait.ts';

export interface Snapshot {
  /** In the server's memory folder; the caller removes it. */
  readonly path: string;
  readonly memoryBytes: number;
}

/** The minimum rate of a snapshot, and the minimum of its time limit. */
const slowestBytesPerMs = 10_000;
const leastMs = 60_000;

/**
 * Throws `server_stopped`, `unavailable` while the service is not open or another save runs, `save_failed` with the
 * service's own reason.
 */
export async function takeSnapshot(server: Server, backupId: string): Promise<Snapshot> {
  if (!(await isRunning(server)))
    throw new FleetFailure('server_stopped', 'The server is stopped, so there is nothing to save.');
  const service = await findService(server);
  if (!service?.open) throw new FleetFailure('unavailable', 'The service does not serve now.');
  const [memory] = await send(server, service, [['INFO', 'memory']]);
  const memoryBytes = infoNumber(memory, 'used_memory') ?? 0;
  await saveInBackground(server, service, leastMs + memoryBytes / slowestBytesPerMs);
  const path = join(server.places.memory, `backup-${backupId}.rdb`);
  await rm(path, { force: true });
  // A second name: the next save replaces the first one.
  await link(server.places.rdb, path);
  return { path, memoryBytes };
}

async function saveInBackground(server: Server, service: Service, withinMs: number): Promise<void> {
  const staying = () => assertNoPendingStop(server.machine.pendingStops, server.record.serverId);
  const isIdle = async () => {
    staying();
    return idle(server, service);
  };
  if ((await until(withinMs, isIdle)) === undefined)
    throw new FleetFailure('unavailable', 'Another save has not ended.');
  const before = await identityOf(server.places.rdb);
  await send(server, service, [['BGSAVE', 'SCHEDULE']]).catch((error: unknown) => {
    throw error instanceof RedisRefusal
      ? new FleetFailure('save_failed', `The service could not save: ${error.message}`)
      : error;
  });
  const saved = await until(withinMs, async () => {
    staying();
    if ((await identityOf(server.places.rdb)) !== before) return true;
    return (await hasFailed(server, service)) ? false : undefined;
  });
  if (saved === undefined) throw new FleetFailure('unavailable', 'The save has not ended.');
  if (!saved) throw new FleetFailure('save_failed', `The service could not save: ${await lastWarning(server)}`);
  const fault = await faultOfSnapshot(server.places.rdb);
  if (fault) throw new FleetFailure('save_failed', `The service says it saved, but ${fault}.`);
}

async function idle(server: Server, service: Service): Promise<true | undefined> {
  const [info] = await send(server, service, [['INFO', 'persistence']]);
  const busy = infoNumber(info, 'rdb_bgsave_in_progress') !== 0 || infoNumber(info, 'aof_rewrite_in_progress') !== 0;
  return busy ? undefined : true;
}

/** Whether the save has ended and failed. */
async function hasFailed(server: Server, service: Service): Promise<boolean> {
  const [info] = await send(server, service, [['INFO', 'persistence']]);
  return infoNumber(info, 'rdb_bgsave_in_progress') === 0 && /^rdb_last_bgsave_status:err/m.test(String(info));
}
