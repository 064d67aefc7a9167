/** The replication lag of followers, from `INFO` of them and of their leaders. */

import type { Instance } from '#lib/aws/cloud.ts';
import { AwsRefusal } from '#lib/aws/refusal.ts';
import type { Progress } from '#lib/model/fleet.ts';
import { collectOutputs, type InfoFields } from './command-output.ts';
import { type Driver, instancesOf, tagNames } from './driver.ts';
import { infoScript } from './scripts/settings.ts';

/** A follower catches up with a smaller lag within milliseconds. */
const nearBytes = 65_536;

const progressScript = infoScript(
  ['replication', 'persistence'],
  [
    ...['role', 'master_link_status', 'master_sync_in_progress', 'master_repl_offset', 'slave_repl_offset'],
    ...['master_replid', 'aof_rewrite_in_progress', 'aof_rewrite_scheduled'],
  ],
);

/** The fields by instance. */
export const replicationOf = (driver: Driver, instances: readonly Instance[]): Promise<Map<string, InfoFields>> =>
  collectOutputs(driver, instances, { comment: 'latchkey progress', script: progressScript });

export async function caughtUp(driver: Driver, serverIds: readonly string[]): Promise<Progress[]> {
  try {
    const own = await instancesOf(driver, serverIds);
    const leaderIds = [...own.values()].flatMap(([instance]) => instance?.tags[tagNames.leader] || []);
    const leaders =
      leaderIds.length > 0 ? await instancesOf(driver, [...new Set(leaderIds)]) : new Map<string, Instance[]>();
    const fields = await replicationOf(
      driver,
      [...own.values(), ...leaders.values()].flatMap(([instance]) => instance ?? []),
    );
    return serverIds.map((serverId) => {
      const instance = own.get(serverId)?.[0];
      const leader = leaders.get(instance?.tags[tagNames.leader] ?? '')?.[0];
      return {
        serverId,
        ...progressBetween(instance && fields.get(instance.instanceId), {
          leader: leader && fields.get(leader.instanceId),
          instance,
        }),
      };
    });
  } catch (error) {
    if (!(error instanceof AwsRefusal)) throw error;
    return serverIds.map((serverId) => ({ serverId, ...behind('unknown', 'AWS does not say.') }));
  }
}

interface Leader {
  readonly leader: InfoFields | undefined;
  readonly instance: Instance | undefined;
}

function progressBetween(own: InfoFields | undefined, { leader, instance }: Leader): Omit<Progress, 'serverId'> {
  if (!instance) return behind('unknown', 'There is no such server.');
  if (!instance.tags[tagNames.leader])
    return { state: 'leading', lagBytes: 0, caughtUp: true, link: 'up', detail: 'It follows nobody.' };
  if (!leader?.role) return behind('following', 'The leader is stopped, or does not answer.');
  if (!own?.role) return behind('following', 'The follower is stopped, or does not answer.');
  if (own.master_sync_in_progress === '1') return behind('following', 'It copies what the leader has.');
  if (own.master_link_status !== 'up' || own.master_replid !== leader.master_replid)
    return behind('following', 'It has no connection to the leader yet.');
  const lagBytes = Math.max(0, Number(leader.master_repl_offset) - Number(own.slave_repl_offset));
  const isNear = lagBytes < nearBytes;
  return {
    state: 'following',
    lagBytes,
    caughtUp: isNear,
    link: 'up',
    isPersisted: own.aof_rewrite_in_progress !== '1' && own.aof_rewrite_scheduled !== '1',
    detail: isNear ? 'It has caught up.' : `It is ${lagBytes} bytes behind.`,
  };
}

const behind = (state: Progress['state'], detail: string): Omit<Progress, 'serverId'> => {
  return { state, lagBytes: null, caughtUp: false, link: 'down', detail };
};
