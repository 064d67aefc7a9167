/**
 * Promotes followers, and pauses and resumes the writes of leaders. All operations are idempotent.
 */

import { commandWithRetries, infoRequest } from './command-with-retries.ts';
import { leaveLeader } from './follow.ts';
import { progressOf } from './follow-progress.ts';
import type { OperationContext } from './operation-context.ts';
import type { Pair } from './port.ts';
import { writeRecord } from './record.ts';
import { rightsWith } from './redis-conf.ts';
import { isAppendOnlyComplete } from './save.ts';
import { findServer, isRunning, requireServer, type Server } from './server.ts';
import { enforce } from './service.ts';
import { findService, type Service, send } from './service-process.ts';
import { until } from './wait.ts';

/**
 * If the leader responds, the follower must have all of its data. Recorded first: after a crash in between, the server
 * is still a follower in Redis, and a repeated promotion makes it leave its leader.
 */
export async function promoteStep({ machine }: OperationContext, { serverId }: Pair): Promise<'done' | 'pending'> {
  const server = await requireServer(machine, serverId);
  const service = (await isRunning(server)) ? await findService(server) : null;
  if (server.record.following && service?.open && ((await lacksFile(server, service)) || (await lacksData(server))))
    return 'pending';
  await writeRecord(server.places.record, { ...server.record, following: null });
  if (service) await leaveLeader(server, service);
  return 'done';
}

/** Polls for a second, since a leader's heartbeat is a lag, too. Does not wait for a leader that is stopped. */
async function lacksData({ machine, record }: Server): Promise<boolean> {
  const leader = record.following && (await findServer(machine, record.following.leaderServerId));
  const leading = leader && (await isRunning(leader)) ? await findService(leader) : null;
  if (!leading?.open) return false;
  const level = await until(1000, async () => (await progressOf(machine, record.serverId)).lagBytes === 0 || undefined);
  return level === undefined;
}

const fileWithinMs = 5000;

/**
 * A follower begins its append-only file anew after each copy of its leader. Until that is whole, the end of its
 * process would be the end of its data.
 */
async function lacksFile(server: Server, service: Service): Promise<boolean> {
  if (await commandWithRetries(server, service, [infoRequest])) return true;
  const whole = await until(fileWithinMs, async () => {
    const [info] = await send(server, service, [['INFO', 'persistence']]);
    return isAppendOnlyComplete(info) || undefined;
  });
  return whole === undefined;
}

export const pauseWritesStep = (context: OperationContext, serverId: string) =>
  setWriters(context, serverId, 'refused');
export const resumeWritesStep = (context: OperationContext, serverId: string) =>
  setWriters(context, serverId, 'admitted');

/** Recorded first, so that a start in between has the same result. */
async function setWriters(
  { machine }: OperationContext,
  serverId: string,
  writers: 'admitted' | 'refused',
): Promise<'done' | 'pending'> {
  const found = await requireServer(machine, serverId);
  const server = { ...found, record: { ...found.record, writers } };
  await writeRecord(server.places.record, server.record);
  const service = (await isRunning(server)) ? await findService(server) : null;
  if (!service) return 'done';
  const commands = [
    ['ACL', 'SETUSER', 'default', '-@all', ...rightsWith(machine.applicationRights, writers).split(' ')],
  ];
  return enforce(server, { service, commands, record: async () => server });
}
