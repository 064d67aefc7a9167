/** What the verbs for services do to one server. Each may run twice. */
import { type DoneWithProof, FleetFailure } from './failure.ts';
import { type OperationContext, withDesiredState, withoutSupervision } from './operation-context.ts';
import { proofOf } from './proof.ts';
import { findServer, isRunning, recordDesiredState, requireServer, type Server } from './server.ts';
import { startServer, stopServer } from './server-lifecycle.ts';
import { startService } from './service.ts';
import { stopService } from './stop-service.ts';

export async function startServiceStep(crew: OperationContext, serverId: string): Promise<'done' | 'pending'> {
  const server = await requireServer(crew.machine, serverId);
  if (!(await isRunning(server)))
    throw new FleetFailure('server_stopped', 'The server is stopped, so no service starts on it.');
  return begin(crew, await recordDesiredState(server, { service: 'running' }));
}

export async function stopServiceStep(crew: OperationContext, serverId: string): Promise<DoneWithProof> {
  const server = await requireServer(crew.machine, serverId);
  await withoutSupervision(crew, server, () =>
    withDesiredState(server, { service: 'stopped' }, async (changed) => {
      if (await isRunning(changed)) await stopService(changed);
    }),
  );
  return { proof: await proofOf(server, 'saved') };
}

/** In between it is meant to run: whoever is killed there finds it restarted by the supervisor, or by the next look. */
export async function restartServiceStep(crew: OperationContext, serverId: string): Promise<'done' | 'pending'> {
  const server = await requireServer(crew.machine, serverId);
  if (server.record.meant.service !== 'running' || !(await isRunning(server))) return 'done';
  await withoutSupervision(crew, server, () => stopService(server));
  return begin(crew, server);
}

/** Service and server, saved and sealed; what they are meant to be stays on record. */
export async function suspendStep(crew: OperationContext, serverId: string): Promise<'done'> {
  const server = await requireServer(crew.machine, serverId);
  await withoutSupervision(crew, server, async () => {
    await stopService(server);
    await stopServer(server);
  });
  return 'done';
}

export async function resumeStep(crew: OperationContext, serverId: string): Promise<'done' | 'pending'> {
  const server = await requireServer(crew.machine, serverId);
  await startServer(server);
  return server.record.meant.service === 'running' ? begin(crew, server) : 'done';
}

/** For the supervisor: only what is still meant to run. */
export async function restartStep(crew: OperationContext, serverId: string): Promise<void> {
  const server = await findServer(crew.machine, serverId);
  if (server?.record.meant.service === 'running' && (await isRunning(server))) await startService(server);
  else crew.supervisor.forget(serverId);
}

/** Watched also when it fails: it is meant to run. */
async function begin({ supervisor }: OperationContext, server: Server): Promise<'done' | 'pending'> {
  try {
    return await startService(server);
  } finally {
    supervisor.watch(server.record.serverId);
  }
}
