/** What the verbs for services do to one server. Each may run twice. */
import { FleetFailure, type Shown } from './failure.ts';
import { type Crew, meaning, unwatched } from './intent.ts';
import { proofOf } from './proof.ts';
import { findServer, isRunning, mean, type Server, serverNamed } from './server.ts';
import { startServer, stopServer } from './server-lifecycle.ts';
import { startService } from './service.ts';
import { stopService } from './stop-service.ts';

export async function startServiceStep(crew: Crew, serverId: string): Promise<'done' | 'pending'> {
  const server = await serverNamed(crew.machine, serverId);
  if (!(await isRunning(server)))
    throw new FleetFailure('server_stopped', 'The server is stopped, so no service starts on it.');
  return begin(crew, await mean(server, { service: 'running' }));
}

export async function stopServiceStep(crew: Crew, serverId: string): Promise<Shown> {
  const server = await serverNamed(crew.machine, serverId);
  await unwatched(crew, server, () =>
    meaning(server, { service: 'stopped' }, async (changed) => {
      if (await isRunning(changed)) await stopService(changed);
    }),
  );
  return { proof: await proofOf(server, 'saved') };
}

/** In between it is meant to run: whoever is killed there finds it restarted by the supervisor, or by the next look. */
export async function restartServiceStep(crew: Crew, serverId: string): Promise<'done' | 'pending'> {
  const server = await serverNamed(crew.machine, serverId);
  if (server.record.meant.service !== 'running' || !(await isRunning(server))) return 'done';
  await unwatched(crew, server, () => stopService(server));
  return begin(crew, server);
}

/** Service and server, saved and sealed; what they are meant to be stays on record. */
export async function suspendStep(crew: Crew, serverId: string): Promise<'done'> {
  const server = await serverNamed(crew.machine, serverId);
  await unwatched(crew, server, async () => {
    await stopService(server);
    await stopServer(server);
  });
  return 'done';
}

export async function resumeStep(crew: Crew, serverId: string): Promise<'done' | 'pending'> {
  const server = await serverNamed(crew.machine, serverId);
  await startServer(server);
  return server.record.meant.service === 'running' ? begin(crew, server) : 'done';
}

/** For the supervisor: only what is still meant to run. */
export async function restartStep(crew: Crew, serverId: string): Promise<void> {
  const server = await findServer(crew.machine, serverId);
  if (server?.record.meant.service === 'running' && (await isRunning(server))) await startService(server);
  else crew.supervisor.forget(serverId);
}

/** Watched also when it fails: it is meant to run. */
async function begin({ supervisor }: Crew, server: Server): Promise<'done' | 'pending'> {
  try {
    return await startService(server);
  } finally {
    supervisor.watch(server.record.serverId);
  }
}
