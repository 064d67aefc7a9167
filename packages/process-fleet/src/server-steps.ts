/** The operations of servers, for one server. Each is idempotent. */

import type { DoneWithProof } from './failure.ts';
import { type OperationContext, withDesiredState } from './operation-context.ts';
import type { ServerSpec } from './port.ts';
import { proofOf } from './proof.ts';
import { assertValidSpec } from './redis-conf.ts';
import { findServer, recordDesiredState, requireServer } from './server.ts';
import { launchServer, startServer, stopServer, terminateServer } from './server-lifecycle.ts';

/** A server that was launched and stopped stays stopped. */
export async function launchStep({ machine, ports }: OperationContext, spec: ServerSpec): Promise<'done'> {
  const server = await findServer(machine, spec.serverId);
  if (server?.record.desired.server === 'running') await startServer(server);
  if (server) return 'done';
  assertValidSpec(spec);
  const port = await ports.take();
  try {
    await launchServer(machine, spec, port);
  } catch (error) {
    if (!(await findServer(machine, spec.serverId))) ports.release(port);
    throw error;
  }
  return 'done';
}

export async function startServerStep({ machine }: OperationContext, serverId: string): Promise<DoneWithProof> {
  const server = await requireServer(machine, serverId);
  await startServer(server);
  await recordDesiredState(server, { server: 'running' });
  return { proof: await proofOf(server, 'opened') };
}

export async function stopServerStep({ machine }: OperationContext, serverId: string): Promise<DoneWithProof> {
  const server = await requireServer(machine, serverId);
  await withDesiredState(server, { server: 'stopped' }, stopServer);
  return { proof: { ...(await proofOf(server, 'saved')), ...(await proofOf(server, 'sealed')) } };
}

export async function terminateStep(
  { machine, ports, supervisor }: OperationContext,
  serverId: string,
): Promise<'done'> {
  const server = await findServer(machine, serverId);
  supervisor.forget(serverId);
  await terminateServer(machine, serverId);
  if (server) ports.release(server.record.port);
  return 'done';
}
