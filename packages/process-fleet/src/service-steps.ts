/** The operations of services, for one server. Each is idempotent. */
import { type DoneWithProof, FleetFailure } from './failure.ts';
import { type OperationContext, withDesiredState, withoutSupervision } from './operation-context.ts';
import { proofOf } from './proof.ts';
import { findServer, isRunning, recordDesiredState, requireServer, type Server } from './server.ts';
import { startServer, stopServer } from './server-lifecycle.ts';
import { startService } from './service.ts';
import { stopService } from './stop-service.ts';

export async function startServiceStep(context: OperationContext, serverId: string): Promise<'done' | 'pending'> {
  const server = await requireServer(context.machine, serverId);
  if (!(await isRunning(server)))
    throw new FleetFailure('server_stopped', 'The server is stopped, so no service starts on it.');
  return begin(context, await recordDesiredState(server, { service: 'running' }));
}

export async function stopServiceStep(context: OperationContext, serverId: string): Promise<DoneWithProof> {
  const server = await requireServer(context.machine, serverId);
  await withoutSupervision(context, server, () =>
    withDesiredState(server, { service: 'stopped' }, async (changed) => {
      if (await isRunning(changed)) await stopService(changed);
    }),
  );
  return { proof: await proofOf(server, 'saved') };
}

/** The desired state stays `running`, so that the supervisor restarts the service if this process crashes. */
export async function restartServiceStep(context: OperationContext, serverId: string): Promise<'done' | 'pending'> {
  const server = await requireServer(context.machine, serverId);
  if (server.record.desired.service !== 'running' || !(await isRunning(server))) return 'done';
  await withoutSupervision(context, server, () => stopService(server));
  return begin(context, server);
}

/** Stops service and server, saved and sealed, without changing their desired state. */
export async function suspendStep(context: OperationContext, serverId: string): Promise<'done'> {
  const server = await requireServer(context.machine, serverId);
  await withoutSupervision(context, server, async () => {
    await stopService(server);
    await stopServer(server);
  });
  return 'done';
}

export async function resumeStep(context: OperationContext, serverId: string): Promise<'done' | 'pending'> {
  const server = await requireServer(context.machine, serverId);
  await startServer(server);
  return server.record.desired.service === 'running' ? begin(context, server) : 'done';
}

/** For the supervisor: only if the desired state is still running. */
export async function restartStep(context: OperationContext, serverId: string): Promise<void> {
  const server = await findServer(context.machine, serverId);
  if (server?.record.desired.service === 'running' && (await isRunning(server))) await startService(server);
  else context.supervisor.forget(serverId);
}

/** Supervised even if it fails, since its desired state is running. */
async function begin({ supervisor }: OperationContext, server: Server): Promise<'done' | 'pending'> {
  try {
    return await startService(server);
  } finally {
    supervisor.watch(server.record.serverId);
  }
}
