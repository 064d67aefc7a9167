/**
 * Following: Redis's own replication over loopback. Whom a server follows is on its record, and each start and each
 * look of the supervisor makes Redis do so, whatever happened to either of them in between.
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
import { ask, findService, type Service } from './service-process.ts';

const host = '127.0.0.1';
/** Nobody listens there: a follower without a leader stays a follower, and takes no writes. */
const unusedPort = 1;

/** Throws `not_found` where either is not there. May run twice. */
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
  await ask(server, service, [
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
  const [info] = await ask(server, service, [['INFO', 'replication']]);
  const busy = infoWord(info, 'master_sync_in_progress') === '1';
  if (infoWord(info, 'master_link_status') !== 'up' && !busy) await setLeader(server, service);
}

/** Before a follower saves for good: what comes after the save would not be in it. */
export const standAlone = ({ record }: Server): readonly (readonly string[])[] =>
  record.following ? [['REPLICAOF', 'NO', 'ONE']] : [];

/** Scripts of its clients are ended for it. Throws `unavailable` when Redis does not do it. */
export async function leaveLeader(server: Server, service: Service): Promise<void> {
  const refusal = await commandWithRetries(server, service, [['REPLICAOF', 'NO', 'ONE']]);
  if (refusal)
    throw new FleetFailure('unavailable', 'The follower does not leave its leader: its clients keep it busy.');
}
