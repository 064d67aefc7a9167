/** What the verbs for servers do to one server. Each may run twice. */

import type { Shown } from './failure.ts';
import { type Crew, meaning } from './intent.ts';
import type { ServerSpec } from './port.ts';
import { proofOf } from './proof.ts';
import { checkSpec } from './redis-conf.ts';
import { findServer, mean, serverNamed } from './server.ts';
import { launchServer, startServer, stopServer, terminateServer } from './server-lifecycle.ts';

/** One that was launched and stopped since stays stopped. */
export async function launchStep({ machine, ports }: Crew, spec: ServerSpec): Promise<'done'> {
  const server = await findServer(machine, spec.serverId);
  if (server?.record.meant.server === 'running') await startServer(server);
  if (server) return 'done';
  checkSpec(spec);
  const port = await ports.take();
  try {
    await launchServer(machine, spec, port);
  } catch (error) {
    if (!(await findServer(machine, spec.serverId))) ports.release(port);
    throw error;
  }
  return 'done';
}

export async function startServerStep({ machine }: Crew, serverId: string): Promise<Shown> {
  const server = await serverNamed(machine, serverId);
  await startServer(server);
  await mean(server, { server: 'running' });
  return { proof: await proofOf(server, 'opened') };
}

export async function stopServerStep({ machine }: Crew, serverId: string): Promise<Shown> {
  const server = await serverNamed(machine, serverId);
  await meaning(server, { server: 'stopped' }, stopServer);
  return { proof: { ...(await proofOf(server, 'saved')), ...(await proofOf(server, 'sealed')) } };
}

export async function terminateStep({ machine, ports, supervisor }: Crew, serverId: string): Promise<'done'> {
  const server = await findServer(machine, serverId);
  supervisor.forget(serverId);
  await terminateServer(machine, serverId);
  if (server) ports.release(server.record.port);
  return 'done';
}
