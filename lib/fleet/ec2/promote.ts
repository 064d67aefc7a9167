/** The switch of a leader: its clients' writes are refused, its follower becomes a server of its own. */
import type { Outcome, Pair } from '#lib/model/fleet.ts';
import { actOnInstances } from './act-on-instances.ts';
import type { InfoFields } from './command-output.ts';
import { type Driver, done, type Found, failed, pending, tagNames } from './driver.ts';
import { type FoundPair, forEachPair, smallJob } from './follow.ts';
import { type Job, lastOutcome, runJob } from './jobs.ts';
import { replicationOf } from './progress.ts';
import { type Position, passwordScript, promoteScript, writersScript } from './scripts/following.ts';

export const promote = (driver: Driver, pairs: readonly Pair[]): Promise<Outcome[]> =>
  forEachPair(driver, pairs, (pair) => promoteFollower(driver, pair));

/**
 * A leader that answers must have nothing that the follower lacks; one that is gone, stopped or silent has no more to
 * give.
 */
async function promoteFollower(driver: Driver, { follower, leader }: FoundPair): Promise<Outcome> {
  const { serverId, instance } = follower;
  if (!instance.tags[tagNames.leader]) return done(serverId);
  if (instance.state !== 'running') return pending(serverId);
  const job = smallJob('promote', '');
  const seen = await lastOutcome(driver, follower, job);
  if (seen.outcome.state === 'done') {
    await driver.machines.tag([instance.instanceId], { [tagNames.leader]: '' });
    return done(serverId);
  }
  if (!seen.again) return seen.outcome;
  const words = leader ? (await replicationOf(driver, [leader.instance])).get(leader.instance.instanceId) : undefined;
  const { outcomes } = await runJob(driver, [follower], { ...job, script: promoteScript(positionIn(words)) });
  return outcomes[0] ?? pending(serverId);
}

const positionIn = (words: InfoFields | undefined): Position | null =>
  words?.master_replid ? { history: words.master_replid, offset: Number(words.master_repl_offset) } : null;

export const pauseWrites = (driver: Driver, serverIds: readonly string[]) =>
  runOnAll(driver, serverIds, smallJob('pause-writes', writersScript('refused')));
export const resumeWrites = (driver: Driver, serverIds: readonly string[]) =>
  runOnAll(driver, serverIds, smallJob('resume-writes', writersScript('admitted')));

/** Throws for what is no SHA-256 in hex. */
export async function setPassword(driver: Driver, serverId: string, passwordSha256: string): Promise<Outcome> {
  const job = smallJob(`set-password-${passwordSha256.slice(0, 12)}`, passwordScript(passwordSha256));
  const [outcome] = await runOnAll(driver, [serverId], job);
  return outcome ?? pending(serverId);
}

export const runOnAll = (driver: Driver, serverIds: readonly string[], job: Job): Promise<Outcome[]> =>
  actOnInstances(driver, serverIds, {
    seen: unlessRunning,
    act: async (found) => (await runJob(driver, found, job)).outcomes,
  });

/** Null for a running instance. */
export function unlessRunning({ serverId, instance }: Found): Outcome | null {
  if (instance.state === 'running') return null;
  return instance.state === 'terminated'
    ? failed(serverId, 'not_found', 'The instance was terminated.')
    : pending(serverId);
}
