/** The stages in which the fork is provisioned, catches up and leaves its leader. Only these burden the leader. */

import type { Database } from '#lib/model/database.ts';
import type { DatasetDigest } from '#lib/model/dataset-digest.ts';
import { openedForDrill } from '#lib/model/drill-lockout.ts';
import { leaderVerdict } from '#lib/model/drill-verdict.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { watchEnded } from '#lib/model/items/watched.ts';
import { type DrillContext, end, enter, requestedOfOwner, type Stage, type StageResult, wait } from './stage.ts';

const pollSeconds = 5;

/** Waits for provision-database. */
export const awaitFork: Stage = async (context) =>
  context.fork?.status === 'following' ? enter(context, { stage: 'catching_up' }) : wait(context, pollSeconds);

/** Watches the leader while the fork copies it, and stops at once if the leader suffers. */
export const awaitCatchUp: Stage = async (context) => {
  const { deps, drill, fork, leader } = context;
  if (!fork || !leader) return wait(context, pollSeconds);
  const fleet = await deps.fleet();
  const [[measurement], [progress]] = await Promise.all([
    fleet.measure([leader.serverId]),
    fleet.caughtUp([fork.serverId]),
  ]);
  const isSilent = !measurement || measurement.usedBytes === null;
  const silentPolls = isSilent ? drill.silentPolls + 1 : 0;
  const verdict = leaderVerdict(leader, { usedBytes: measurement?.usedBytes ?? null }, silentPolls);
  if (verdict) return end(context, verdict);
  if (!progress?.caughtUp) return { drill: { ...drill, silentPolls }, waitSeconds: pollSeconds };
  return enter(context, { stage: 'detaching', changes: { silentPolls: 0, lagBytes: progress.lagBytes } });
};

/** Leaves the leader, then digests the data set, which no client changes any more. */
export const detach: Stage = async (context) => {
  const { deps, drill, fork, leader } = context;
  if (!fork) return wait(context, pollSeconds);
  if (fork.fork) {
    const pair = { serverId: fork.serverId, leaderServerId: leader?.serverId ?? '' };
    const [outcome] = await (await deps.fleet()).promote([pair]);
    if (outcome?.state === 'failed')
      return end(context, { outcome: 'failed', failure: 'fork_failed', detail: outcome.detail });
    if (outcome?.state !== 'done') return wait(context, 1);
    return { drill, part: detached(fork), waitSeconds: 0 };
  }
  if (drill.digestBound === null) return { drill: { ...drill, digestBound: boundOf(context) }, waitSeconds: 0 };
  return digested(context, 'before', (before, then) => {
    const digests = { before, after: null };
    if (drill.mode === 'real')
      return enter(then, {
        stage: 'awaiting_disable',
        changes: { digests },
        part: requestedOfOwner(drill, 'drill_disable_requested'),
      });
    const { lockout, part } = openedForDrill(drill, then.at, deps.newId);
    return enter(then, { stage: 'locking_out', changes: { digests, lockoutId: lockout.id }, part });
  });
};

const detached = (fork: Database) => ({
  changes: [databaseSaved({ ...fork, fork: null, status: 'available' }), watchEnded(fork)],
});

/** Later than the longest drill can take. */
const boundOf = ({ drill, at }: DrillContext): number => at.getTime() + (6 * 60 + drill.waitingPeriodMinutes) * 60_000;

/**
 * Digests the data set, which takes up to some seconds of a poll. `then` gets the digest and a context whose time is
 * after it, so that no later phase includes the digest.
 */
export async function digested(
  context: DrillContext,
  label: 'before' | 'after',
  then: (digest: DatasetDigest, context: DrillContext) => StageResult,
): Promise<StageResult> {
  const { deps, drill, fork } = context;
  const request = { serverId: fork?.serverId ?? '', label, expiresAfter: drill.digestBound ?? 0 };
  const [result] = await (await deps.fleet()).digest([request]);
  if (result?.state === 'done') {
    const { keys, expiring, digest } = result;
    return then({ keys, expiring, digest }, { ...context, at: deps.now() });
  }
  // Retries until the stage's limit while the service does not respond.
  return wait(context, result?.state === 'failed' ? 15 : 2);
}
