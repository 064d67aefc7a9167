/** Whether a started service has loaded its data and has its append-only file. */
import { FleetFailure } from './failure.ts';
import { assertNoPendingStop } from './pending-stops.ts';
import { RedisUnreachable } from './redis-exchange.ts';
import { infoNumber, isAppendOnlyComplete } from './save.ts';
import { exists, type Server } from './server.ts';
import { isProcessOf, lastWarning, type Service, send } from './service-process.ts';
import { until } from './wait.ts';

/** How long an operation waits for a service to load; a larger data set is `pending`. */
const patienceMs = 30_000;

/** False if the data is not yet loaded. */
export async function untilLoaded(server: Server, service: Service): Promise<boolean> {
  const loaded = await until(patienceMs, async () => {
    assertNoPendingStop(server.machine.pendingStops, server.record.serverId);
    const info = await persistenceOf(server, service);
    if (info === null && !(await isProcessOf(server, service.pid))) throw await endedAtStart(server);
    return infoNumber(info, 'loading') === 0 || undefined;
  });
  return loaded ?? false;
}

async function endedAtStart(server: Server): Promise<FleetFailure> {
  return new FleetFailure('start_failed', `The service ended at its start: ${await lastWarning(server)}`);
}

/** Creates the append-only file after a start from a snapshot. False while it is being written. */
export async function untilAppending(server: Server, service: Service): Promise<boolean> {
  if (infoNumber(await persistenceOf(server, service), 'aof_enabled') === 0)
    await send(server, service, [['CONFIG', 'SET', 'appendonly', 'yes']]);
  const appending = await until(patienceMs, async () => {
    assertNoPendingStop(server.machine.pendingStops, server.record.serverId);
    const info = await persistenceOf(server, service);
    if (!isAppendOnlyComplete(info)) return undefined;
    return (await exists(server.places.aofManifest)) || undefined;
  });
  if (!appending && !(await isProcessOf(server, service.pid))) throw await endedAtStart(server);
  return appending ?? false;
}

/** `null` while the service does not respond. */
async function persistenceOf(server: Server, service: Service): Promise<string | null> {
  try {
    const [info] = await send(server, service, [['INFO', 'persistence']]);
    return String(info);
  } catch (error) {
    if (error instanceof RedisUnreachable) return null;
    throw error;
  }
}
