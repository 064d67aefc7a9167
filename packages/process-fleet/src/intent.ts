/** What a verb asked for goes on record before it is done, and the supervisor knows when to look away. */
import type { PortBook } from './port-book.ts';
import type { Meant } from './record.ts';
import { type Machine, mean, type Server } from './server.ts';
import type { Supervisor } from './supervisor.ts';

export interface Crew {
  readonly machine: Machine;
  readonly ports: PortBook;
  readonly supervisor: Supervisor;
}

/** Runs with the intent noted first; when that fails, it is meant as it was before. */
export async function meaning(
  server: Server,
  meant: Partial<Meant>,
  work: (server: Server) => Promise<void>,
): Promise<void> {
  const changed = await mean(server, meant);
  try {
    await work(changed);
  } catch (error) {
    await mean(changed, server.record.meant);
    throw error;
  }
}

/** The supervisor looks away while the service stops on purpose, and comes back where that fails. */
export async function unwatched({ supervisor }: Crew, { record }: Server, work: () => Promise<void>): Promise<void> {
  supervisor.forget(record.serverId);
  try {
    await work();
  } catch (error) {
    if (record.meant.service === 'running') supervisor.watch(record.serverId);
    throw error;
  }
}
