/**
 * Replication by Redis itself over loopback. The leader is on the server's record; each start and each round of the
 * supervisor configures Redis accordingly.
 */

import { commandWithRetries } from './command-with-retries.ts';
import { FleetFailure } from './failure.ts';
import type { OperationContext } from './operation-context.ts';
import type { Pair } from './port.ts';
import { writeRecord } from './record.ts';
import { replicationUser } from './redis-conf.ts';
import { allowFollowers } from './replication-login.ts';
import { infoWord } from './save.ts';
import { findServer, isRunning, requireServer, type Server } from './server.ts';
import { findService, type Service, send } from './service-process.ts';

const host = '127.0.0.1';
/** A port without a listener: a follower without a leader remains a follower, and rejects writes. */
const unusedPort = 1;

/** Throws `not_found` if either does not exist. Idempotent. */
export async function followStep({ machine }: OperationContext, { serverId, leaderServerId }: Pair): Promise<'done'> {
  const server = await requireServer(machine, serverId);
  await requireServer(machine, leaderServerId);
  const record = { ...server.record, following: { leaderServerId } };
  await writeRecord(server.places.record, record);
  const service = (await isRunning(server)) ? await findService(server) : null;
  if (service?.open) await setLeader({ ...server, record }, service);
  return 'done';
}

/** Makes Redis follow the leader in the record; a server without a leader is not changed. */
export async function setLeader(server: Server, service: Service): Promise<void> {
  if (!server.record.following) return;
  const leader = await findServer(server.machine, server.record.following.leaderServerId);
  const leading = leader && (await isRunning(leader)) ? await findService(leader) : null;
  const password = leader && leading?.open ? await allowFollowers(leader, leading).catch(() => null) : null;
  await send(server, service, [
    ...(password ? [['CONFIG', 'SET', 'masteruser', replicationUser, 'masterauth', password]] : []),
    ['REPLICAOF', host, String(leader?.record.port ?? unusedPort)],
  ]);
}

/**
 * For the supervisor: a follower whose link is down is aimed anew, since its leader may have come back with another
 * password.
 */
export async function repairReplicationStep({ machine }: OperationContext, serverId: string): Promise<void> {
  const server = await findServer(machine, serverId);
  if (!server?.record.following || !(await isRunning(server))) return;
  const service = await findService(server);
  if (!service?.open) return;
  const [info] = await send(server, service, [['INFO', 'replication']]);
  const busy = infoWord(info, 'master_sync_in_progress') === '1';
  if (infoWord(info, 'master_link_status') !== 'up' && !busy) await setLeader(server, service);
}

/** Stops the replication before the last save of a follower, since later writes would be lost. */
export const standAlone = ({ record }: Server): readonly (readonly string[])[] =>
  record.following ? [['REPLICAOF', 'NO', 'ONE']] : [];

/** Kills scripts of clients if necessary. Throws `unavailable` if Redis does not obey. */
export async function leaveLeader(server: Server, service: Service): Promise<void> {
  const refusal = await commandWithRetries(server, service, [['REPLICAOF', 'NO', 'ONE']]);
  if (refusal)
    throw new FleetFailure('unavailable', 'The follower does not leave its leader: its clients keep it busy.');
}
