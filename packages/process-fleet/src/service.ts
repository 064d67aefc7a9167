/**
 * A server's service: starting means loaded, append-only file in place, clients let in. From then on the append-only
 * file holds every acknowledged write, so that a process that dies loses none.
 */

import { commandWithRetries } from './command-with-retries.ts';
import { FleetFailure } from './failure.ts';
import { setLeader } from './follow.ts';
import { rightsWith } from './redis-conf.ts';
import type { Server } from './server.ts';
import {
  endProcess,
  findService,
  removeDrafts,
  type Service,
  send,
  startProcess,
  writeNote,
} from './service-process.ts';
import { untilAppending, untilLoaded } from './service-readiness.ts';

/** Idempotent, also after an interrupted start. Throws `start_failed`. */
export async function startService(server: Server): Promise<'done' | 'pending'> {
  const service = (await findService(server)) ?? (await startProcess(server));
  if (service.open) return assertResponsive(server, service);
  if (!(await untilLoaded(server, service))) return 'pending';
  if (!(await untilAppending(server, service))) return 'pending';
  await enableApplication(server, service);
  return 'done';
}

async function assertResponsive(server: Server, service: Service): Promise<'done'> {
  try {
    await send(server, service, [['PING']]);
    return 'done';
  } catch (error) {
    throw new FleetFailure('start_failed', 'The service runs, but does not answer.', { cause: error });
  }
}

/**
 * A follower is configured before clients can write to it. Connections from before are not authenticated, so they are
 * closed.
 */
async function enableApplication(server: Server, service: Service): Promise<void> {
  await setLeader(server, service);
  await send(server, service, [
    [
      'ACL',
      'SETUSER',
      'default',
      'on',
      '-@all',
      ...rightsWith(server.machine.applicationRights, server.record.writers).split(' '),
    ],
    ['CLIENT', 'KILL', 'USER', 'default'],
  ]);
  await writeNote(server, { ...service, open: true });
}

/**
 * Applies the server's record to a running service. If clients block the service, it is ended and restarted with the
 * record and with every acknowledged write; `pending` while it loads. `record` writes the record if the service had to
 * be ended.
 */
export async function enforce(
  server: Server,
  {
    service,
    commands,
    record,
  }: { service: Service; commands: readonly (readonly string[])[]; record(): Promise<Server> },
): Promise<'done' | 'pending'> {
  const refusal = await commandWithRetries(server, service, commands);
  if (!refusal) return 'done';
  server.machine.log('service is ended, since it takes no commands', { serverId: server.record.serverId, refusal });
  if (!(await endProcess(server, service.pid))) throw new FleetFailure('unavailable', 'The service does not end.');
  await removeDrafts(server);
  return startService(await record());
}
