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

/** Records the desired state, then applies it; restores the previous desired state if that fails. */
export async function withDesiredState(
  server: Server,
  desired: Partial<DesiredState>,
  work: (server: Server) => Promise<void>,
): Promise<void> {
  const changed = await recordDesiredState(server, desired);
  try {
    await work(changed);
  } catch (error) {
    await recordDesiredState(changed, server.record.desired);
    throw error;
  }
}

/** Suspends supervision while the service is stopped on purpose, and resumes it if the stop fails. */
export async function withoutSupervision(
  { supervisor }: OperationContext,
  { record }: Server,
  work: () => Promise<void>,
): Promise<void> {
  supervisor.forget(record.serverId);
  try {
    await work();
  } catch (error) {
    if (record.desired.service === 'running') supervisor.watch(record.serverId);
    throw error;
  }
}
