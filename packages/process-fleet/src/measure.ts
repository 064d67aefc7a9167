/** Measures a running service. */
import type { Measurement } from './port.ts';
import { infoNumber, infoWord } from './save.ts';
import { findServer, isRunning, type Machine } from './server.ts';
import { findService, send } from './service-process.ts';

const withinMs = 1500;

/** All values are null for a server that is stopped, does not respond, or does not exist. */
export async function measure(machine: Machine, serverId: string): Promise<Measurement> {
  try {
    const info = await infoOf(machine, serverId);
    if (info) {
      const [version, usedBytes, clients] = [
        infoWord(info, 'redis_version'),
        infoNumber(info, 'used_memory'),
        infoNumber(info, 'connected_clients'),
      ];
      return { serverId, version, usedBytes, clients };
    }
  } catch (error) {
    machine.log('service is not measurable', { serverId, error });
  }
  return { serverId, version: null, usedBytes: null, clients: null };
}

/** Excludes the connection of this request. */
async function infoOf(machine: Machine, serverId: string): Promise<string | null> {
  const server = await findServer(machine, serverId);
  const service = server && (await isRunning(server)) ? await findService(server) : null;
  if (!server || !service?.open) return null;
  const responses = await send(server, { ...service, withinMs }, [
    ['INFO', 'server'],
    ['INFO', 'memory'],
    ['INFO', 'clients'],
  ]);
  return responses.join('\n');
}
