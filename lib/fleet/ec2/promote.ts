/** Promotes followers, pauses and resumes writes of leaders, and sets passwords. */
import type { Outcome, Pair } from '#lib/model/fleet.ts';
import { actOnInstances } from './act-on-instances.ts';
import type { InfoFields } from './command-output.ts';
import { type Driver, done, failed, pending, type ServerInstance, tagNames } from './driver.ts';
import { forEachPair, type ServerPair, smallJob } from './follow.ts';
import { type Job, lastOutcome, runJob } from './jobs.ts';
import { replicationOf } from './progress.ts';
import { type Position, passwordScript, promoteScript, writersScript } from './scripts/following.ts';

export const promote = (driver: Driver, pairs: readonly Pair[]): Promise<Outcome[]> =>
  forEachPair(driver, pairs, (pair) => promoteFollower(driver, pair));

/**
 * If the leader responds, the follower must have all of its data first. Does not wait for a leader that was terminated,
 * is stopped or does not respond.
 */
async function promoteFollower(driver: Driver, { follower, leader }: ServerPair): Promise<Outcome> {
  const { serverId, instance } = follower;
  if (!instance.tags[tagNames.leader]) return done(serverId);
  if (instance.state !== 'running') return pending(serverId);
  const job = smallJob('promote', '');
  const last = await lastOutcome(driver, follower, job);
  if (last.outcome.state === 'done') {
    await driver.machines.tag([instance.instanceId], { [tagNames.leader]: '' });
    return done(serverId);
  }
  if (!last.again) return last.outcome;
  const fields = leader ? (await replicationOf(driver, [leader.instance])).get(leader.instance.instanceId) : undefined;
  const { outcomes } = await runJob(driver, [follower], { ...job, script: promoteScript(positionIn(fields)) });
  return outcomes[0] ?? pending(serverId);
}

const positionIn = (fields: InfoFields | undefined): Position | null =>
  fields?.master_replid ? { history: fields.master_replid, offset: Number(fields.master_repl_offset) } : null;

export const pauseWrites = (driver: Driver, serverIds: readonly string[]) =>
  runOnAll(driver, serverIds, smallJob('pause-writes', writersScript('refused')));
export const resumeWrites = (driver: Driver, serverIds: readonly string[]) =>
  runOnAll(driver, serverIds, smallJob('resume-writes', writersScript('admitted')));

/** Throws if the hash is not a SHA-256 in hex. */
export async function setPassword(driver: Driver, serverId: string, passwordSha256: string): Promise<Outcome> {
  const job = smallJob(`set-password-${passwordSha256.slice(0, 12)}`, passwordScript(passwordSha256));
  const [outcome] = await runOnAll(driver, [serverId], job);
  return outcome ?? pending(serverId);
}

export const runOnAll = (driver: Driver, serverIds: readonly string[], job: Job): Promise<Outcome[]> =>
  actOnInstances(driver, serverIds, {
    decide: unlessRunning,
    act: async (servers) => (await runJob(driver, servers, job)).outcomes,
  });

/** Null for a running instance. */
export function unlessRunning({ serverId, instance }: ServerInstance): Outcome | null {
  if (instance.state === 'running') return null;
  return instance.state === 'terminated'
    ? failed(serverId, 'not_found', 'The instance was terminated.')
    : pending(serverId);
}
