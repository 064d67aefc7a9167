/**
 * What wakes the delivery of webhooks: an event of a team, a request for a ping or a redelivery, and each minute the
 * sweep, which finds teams whose wake-up was lost or whose retries are due.
 */
import pLimit from 'p-limit';
import { log } from '#lib/log.ts';
import { isClaimed } from '#lib/model/claim.ts';
import { plusSeconds } from '#lib/model/clock.ts';
import { feedShards } from '#lib/model/items/webhooks.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import type { WebhookFeed } from '#lib/model/webhook.ts';
import type { Budget } from './serve-team.ts';

export type ServeDeps = Needs<'webhookFeeds' | 'headsOfChains' | 'done' | 'now'> & {
  readonly serveTeam: (teamId: string, budget: Budget) => Promise<boolean>;
};

/** An attempt lasts ten seconds at most, and the function a minute. */
const lastsSeconds = 40;
/** The first retry comes after five to six seconds. */
const patienceSeconds = 7;
/** Teams that the sweep serves at once, and for how long until it is others' turn. */
const atOnce = 64;
const sliceSeconds = 10;

/** One team. `messageId` is the outbox message of the request; null for an event of the timeline. */
export const serveWoken =
  (deps: ServeDeps) =>
  async (teamId: string, messageId: string | null): Promise<void> => {
    await deps.serveTeam(teamId, { until: plusSeconds(deps.now(), lastsSeconds), patienceSeconds });
    if (messageId !== null) await deps.done(messageId);
  };

/** Every team with something to do, in rounds, so that a team with much to do delays the others by a slice. */
export const sweepWebhooks = (deps: ServeDeps) => async (): Promise<void> => {
  const until = plusSeconds(deps.now(), lastsSeconds);
  const limit = pLimit(atOnce);
  let teams = await teamsToServe(deps);
  while (teams.length > 0 && deps.now() < until) {
    const more = await Promise.all(teams.map((teamId) => limit(() => serveSlice(deps, teamId, until))));
    teams = teams.filter((_, index) => more[index]);
  }
};

async function serveSlice(deps: ServeDeps, teamId: string, until: Date): Promise<boolean> {
  const end = plusSeconds(deps.now(), sliceSeconds);
  try {
    return await deps.serveTeam(teamId, { until: end < until ? end : until, patienceSeconds: 0 });
  } catch (error) {
    log.error("A team's webhooks could not be served", { teamId, error: error as Error });
    return false;
  }
}

/** Those whose deliveries are due longest come first. */
async function teamsToServe(deps: ServeDeps): Promise<string[]> {
  const at = deps.now();
  const shards = Array.from({ length: feedShards }, (_, shard) => shard);
  const feeds = (await Promise.all(shards.map((shard) => allOf((after) => deps.webhookFeeds(shard, after))))).flat();
  const free = feeds.filter(({ leasedUntil }) => !(leasedUntil && isClaimed(leasedUntil, at)));
  const heads = await deps.headsOfChains(free.map(({ teamId }) => teamId));
  const isDue = ({ teamId, after, dueAt }: WebhookFeed): boolean =>
    (dueAt !== null && dueAt <= at.toISOString()) || (heads.get(teamId) ?? 0) > after;
  return free
    .filter(isDue)
    .sort((a, b) => ((a.dueAt ?? '') < (b.dueAt ?? '') ? -1 : 1))
    .map(({ teamId }) => teamId);
}
