/** Changes the settings of a running service. */

import { FleetFailure } from './failure.ts';
import type { OperationContext } from './operation-context.ts';
import type { ServiceSettings } from './port.ts';
import { writeRecord } from './record.ts';
import { assertValidSettings } from './redis-conf.ts';
import { RedisRefusal } from './redis-exchange.ts';
import { isRunning, requireServer, type Server } from './server.ts';
import { findService, type Service, send } from './service-process.ts';

/** Recorded first, so that a start in between applies them. */
export async function changeSettings(server: Server, settings: ServiceSettings): Promise<'done'> {
  assertValidSettings(settings);
  const { memoryMb, maxClients, evictionPolicy, idleTimeoutSeconds = 0, keyspaceEvents = '' } = settings;
  await writeRecord(server.places.record, {
    ...server.record,
    ...{ memoryMb, maxClients, evictionPolicy, idleTimeoutSeconds, keyspaceEvents },
  });
  const service = await serviceOf(server);
  if (!service) return 'done';
  const values = {
    maxmemory: `${memoryMb}mb`,
    'maxmemory-policy': evictionPolicy,
    timeout: String(idleTimeoutSeconds),
    'notify-keyspace-events': keyspaceEvents,
  };
  await send(server, service, [['CONFIG', 'SET', ...Object.entries(values).flat()]]);
  await setMaxClients(server, service, maxClients);
  return 'done';
}

/**
 * A machine that has no room for so many connections says so; a start takes as many as there is room for, and so does
 * this.
 */
async function setMaxClients(server: Server, service: Service, maxClients: number): Promise<void> {
  try {
    await send(server, service, [['CONFIG', 'SET', 'maxclients', String(maxClients)]]);
  } catch (error) {
    if (!(error instanceof RedisRefusal)) throw error;
  }
}

const serviceOf = async (server: Server): Promise<Service | null> =>
  (await isRunning(server)) ? findService(server) : null;

/** Throws `unavailable` if Redis rejects them. */
export async function resetStatisticsStep({ machine }: OperationContext, serverId: string): Promise<'done'> {
  const server = await requireServer(machine, serverId);
  const service = await serviceOf(server);
  if (!service) return 'done';
  const [response] = await send(server, service, [['CONFIG', 'RESETSTAT']]);
  if (response !== 'OK') throw new FleetFailure('unavailable', 'The service does not reset its statistics.');
  return 'done';
}
