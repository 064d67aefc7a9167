/** The replication lag of a follower: its leader's offset, read first, minus its own. */
import type { Progress } from './port.ts';
import { infoNumber, infoWord, isAppendOnlyComplete } from './save.ts';
import { findServer, isRunning, type Machine, type Server } from './server.ts';
import { findService, send } from './service-process.ts';

/** A follower catches up with a smaller lag within milliseconds. */
const nearBytes = 65_536;
const withinMs = 1500;

export async function progressOf(machine: Machine, serverId: string): Promise<Progress> {
  try {
    const server = await findServer(machine, serverId);
    if (!server) return behind(serverId, 'unknown', 'There is no such server.');
    if (server.record.following) return await compared(server, server.record.following.leaderServerId);
    return { serverId, state: 'leading', lagBytes: 0, caughtUp: true, link: 'up', detail: 'It follows nobody.' };
  } catch (error) {
    machine.log('follower is not observable', { serverId, error });
    return behind(serverId, 'unknown', 'It does not say.');
  }
}

async function compared(server: Server, leaderServerId: string): Promise<Progress> {
  const { serverId } = server.record;
  const leader = await findServer(server.machine, leaderServerId);
  if (!leader) return behind(serverId, 'following', 'The leader is gone.');
  const leading = await infoOf(leader, ['replication']);
  if (!leading) return behind(serverId, 'following', 'The leader is stopped, or does not answer.');
  const own = await infoOf(server, ['replication', 'persistence']);
  if (!own) return behind(serverId, 'following', 'The follower is stopped, or does not answer.');
  if (infoNumber(own, 'master_sync_in_progress') === 1)
    return behind(serverId, 'following', 'It copies what the leader has.');
  if (
    infoWord(own, 'master_link_status') !== 'up' ||
    infoWord(own, 'master_replid') !== infoWord(leading, 'master_replid')
  )
    return behind(serverId, 'following', 'It has no connection to the leader yet.');
  const lagBytes = Math.max(
    0,
    (infoNumber(leading, 'master_repl_offset') ?? 0) - (infoNumber(own, 'slave_repl_offset') ?? 0),
  );
  const caughtUp = lagBytes < nearBytes;
  const detail = caughtUp ? 'It has caught up.' : `It is ${lagBytes} bytes behind.`;
  return {
    serverId,
    state: 'following',
    lagBytes,
    caughtUp,
    link: 'up',
    isPersisted: isAppendOnlyComplete(own),
    detail,
  };
}

const behind = (serverId: string, state: Progress['state'], detail: string): Progress => {
  return { serverId, state, lagBytes: null, caughtUp: false, link: 'down', detail };
};

/** `null` while the service does not respond, or is still starting. */
async function infoOf(server: Server, sections: readonly string[]): Promise<string | null> {
  if (!(await isRunning(server))) return null;
  const service = await findService(server);
  if (!service?.open) return null;
  const commands = sections.map((section) => ['INFO', section]);
  const response = await send(server, { ...service, withinMs }, commands).catch(() => null);
  return response?.map(String).join('\n') ?? null;
}
