/** Records the desired state before it is applied, and suspends supervision while a service stops on purpose. */
import type { PortBook } from './port-book.ts';
import type { DesiredState } from './record.ts';
import { type Machine, recordDesiredState, type Server } from './server.ts';
import type { Supervisor } from './supervisor.ts';

export interface OperationContext {
  readonly machine: Machine;
  readonly ports: PortBook;
  readonly supervisor: Supervisor;
}

/** Runs with the intent noted first; when that fails, it is meant as it was before. */
export async function withDesiredState(
  server: Server,
  meant: Partial<DesiredState>,
  work: (server: Server) => Promise<void>,
): Promise<void> {
  const changed = await recordDesiredState(server, meant);
  try {
    await work(changed);
  } catch (error) {
    await recordDesiredState(changed, server.record.meant);
    throw error;
  }
}

/** The supervisor looks away while the service stops on purpose, and comes back where that fails. */
export async function withoutSupervision(
  { supervisor }: OperationContext,
  { record }: Server,
  work: () => Promise<void>,
): Promise<void> {
  supervisor.forget(record.serverId);
  try {
    await work();
  } catch (error) {
    if (record.meant.service === 'running') supervisor.watch(record.serverId);
    throw error;
  }
}
