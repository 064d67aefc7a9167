/**
 * Replication: three jobs on two instances. Each job's input is the output of the previous one, so that every call
 * continues where the last one stopped.
 */
import type { Outcome, Pair } from '#lib/model/fleet.ts';
import { type Driver, failed, instancesOf, isGone, pending, type ServerInstance, tagNames } from './driver.ts';
import { type Job, lastOutcome, outputOf, runJob } from './jobs.ts';
import { outcomeOf } from './refusals.ts';
import { admitScript, followScript, prepareScript } from './scripts/following.ts';
import { codes } from './scripts/prelude.ts';

export const smallJob = (name: string, script: string): Job => ({
  name,
  script,
  withinSeconds: 120,
  codes: {
    [codes.busy]: 'pending',
    [codes.notYet]: 'pending',
    [codes.setUpFailed]: 'start_failed',
    [codes.startFailed]: 'start_failed',
  },
  cutOff: 'unavailable',
});

export interface ServerPair {
  readonly follower: ServerInstance;
  /** Null if its instance was terminated. */
  readonly leader: ServerInstance | null;
}

/** Observes and handles each pair once. */
export function forEachPair(
  driver: Driver,
  pairs: readonly Pair[],
  work: (pair: ServerPair) => Promise<Outcome>,
): Promise<Outcome[]> {
  const ids = [...new Set(pairs.flatMap(({ serverId, leaderServerId }) => [serverId, leaderServerId]))];
  const instances = instancesOf(driver, ids);
  return Promise.all(
    pairs.map(async ({ serverId, leaderServerId }) => {
      try {
        const [own, leading] = [(await instances).get(serverId)?.[0], (await instances).get(leaderServerId)?.[0]];
        if (!own || isGone(own)) return failed(serverId, 'not_found', 'There is no instance of this server.');
        const leader = leading && !isGone(leading) ? { serverId: leaderServerId, instance: leading } : null;
        return await work({ follower: { serverId, instance: own }, leader });
      } catch (error) {
        return outcomeOf(serverId, error);
      }
    }),
  );
}

export const follow = (driver: Driver, pairs: readonly Pair[]): Promise<Outcome[]> =>
  forEachPair(driver, pairs, (pair) => followLeader(driver, pair));

async function followLeader(driver: Driver, { follower, leader }: ServerPair): Promise<Outcome> {
  const { serverId } = follower;
  if (!leader) return failed(serverId, 'not_found', 'There is no instance of its leader.');
  if (follower.instance.state !== 'running' || leader.instance.state !== 'running') return pending(serverId);
  const job = smallJob(`follow-${leader.serverId}`, '');
  const last = await lastOutcome(driver, follower, job);
  if (!last.again) return last.outcome;
  const notYet = await authoriseFollower(driver, { follower, leader });
  if (notYet) return notYet;
  await driver.machines.tag([follower.instance.instanceId], { [tagNames.leader]: leader.serverId });
  const { outcomes } = await runJob(driver, [follower], {
    ...job,
    script: followScript(leader.instance.privateIp ?? ''),
  });
  return outcomes[0] ?? pending(serverId);
}

/** Null once the leader authenticates the follower. */
async function authoriseFollower(driver: Driver, { follower, leader }: ServerPair): Promise<Outcome | null> {
  const { serverId } = follower;
  const prepared = await runJob(driver, [follower], smallJob('prepare-to-follow', prepareScript));
  const secretSha256 = outputOf(prepared.runs.get(serverId)?.output ?? '');
  if (!secretSha256 || !leader) return prepared.outcomes[0] ?? pending(serverId);
  const job = smallJob(`admit-${serverId}-${secretSha256.slice(0, 8)}`, admitScript(secretSha256));
  const [outcome] = (await runJob(driver, [leader], job)).outcomes;
  if (outcome?.state === 'done') return null;
  return outcome?.state === 'failed' ? { ...outcome, serverId } : pending(serverId);
}
