/**
 * Which servers a clean stop of the machine takes down, which the way back brings up, and which were left running in
 * between.
 */
import { serverIdsIn } from './record.ts';
import { findServer, isRunning, type Machine, type Server } from './server.ts';

export const suspendable = (machine: Machine): Promise<string[]> => idsOf(machine, isRunning);

export const resumable = (machine: Machine): Promise<string[]> =>
  idsOf(machine, async ({ record }) => record.desired.server === 'running');

/** Services that were left running, or that ended without supervision. */
export const desiredToRun = (machine: Machine): Promise<string[]> =>
  idsOf(machine, async (server) => server.record.desired.service === 'running' && (await isRunning(server)));

async function idsOf(machine: Machine, chosen: (server: Server) => Promise<boolean>): Promise<string[]> {
  const ids: string[] = [];
  for (const serverId of serverIdsIn(machine.dir)) {
    const server = await findServer(machine, serverId).catch(() => null);
    if (server && (await chosen(server))) ids.push(serverId);
  }
  return ids;
}
