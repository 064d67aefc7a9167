/** The state of servers by their folders and processes, without a cache. */

import type { Log } from './failure.ts';
import type { Observed } from './port.ts';
import { findServer, isRunning, type Machine } from './server.ts';
import { findService } from './service-process.ts';

/**
 * A service that is starting, stopping or being recovered is `unknown`, since its state may change at any moment.
 */
export async function observe(machine: Machine, serverId: string, log: Log = machine.log): Promise<Observed> {
  try {
    const server = await findServer(machine, serverId);
    if (!server) return { serverId, server: 'absent', service: 'stopped', endpoint: null };
    const { port, tlsPort } = server.record;
    const endpoint = { host: '127.0.0.1', port, tlsPort };
    if (!(await isRunning(server))) return { serverId, server: 'stopped', service: 'stopped', endpoint };
    const service = await findService(server);
    return {
      serverId,
      server: 'running',
      service: service ? (service.open ? 'running' : 'unknown') : 'stopped',
      endpoint,
    };
  } catch (error) {
    log('server is not observable', { serverId, error });
    return { serverId, server: 'unknown', service: 'unknown', endpoint: null };
  }
}
