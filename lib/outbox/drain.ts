/**
 * Retries outbox messages that were not sent with their commit. The drain is fair: it sends a page of every team's
 * lockout messages first, then pages of all teams in turn, until the outbox is empty or the time is up. A team with ten
 * thousand messages therefore delays another team by one page.
 */

import { log } from '#lib/log.ts';
import { isClaimed } from '#lib/model/claim.ts';
import { isRecent, plusSeconds } from '#lib/model/clock.ts';
import { endOf, type MessageQuery, outboxShards } from '#lib/model/items/outbox.ts';
import type { Pending, Published } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';
import { type ParkDeps, parkMessage } from './park.ts';
import { settled } from './publish-messages.ts';

export type DrainDeps = ParkDeps & Needs<'nextTeamWaiting' | 'pendingOf' | 'done' | 'publish' | 'now'>;

const pageSize = 50;
/** The sweep has 55 seconds, and the next one comes a minute later. */
const lastsSeconds = 30;
/** Teams that are served concurrently. */
const atOnce = 16;
const minuteMs = 60_000;
const dayMs = 86_400_000;
/** A message that failed every minute for a day is not retried. */
const mostAttempts = 1440;

type Line = Omit<MessageQuery, 'limit'>;

interface Drained {
  readonly sent: number;
  readonly parked: number;
}

/** Never throws. Returns how many messages were sent and how many were parked. */
export const drainOutbox = (deps: DrainDeps) => async (): Promise<Drained> => {
  const counts = { sent: 0, parked: 0 };
  const until = plusSeconds(deps.now(), lastsSeconds).getTime();
  const round = async (lines: readonly Line[]): Promise<Line[]> => {
    const next = await eachAtOnce(lines, async (line) => {
      if (deps.now().getTime() >= until) return line;
      const { after, sent, parked } = await servePage(deps, line);
      counts.sent += sent;
      counts.parked += parked;
      return after === null ? null : { ...line, after };
    });
    return next.flatMap((line) => line ?? []);
  };
  try {
    let lines = await withLockoutsServed(await teamsWaiting(deps), round);
    while (lines.length > 0 && deps.now().getTime() < until) lines = await round(lines);
    if (lines.length > 0) log.warn('The outbox is not empty when its time is up', { teams: lines.length });
  } catch (error) {
    log.error('The outbox could not be emptied', { error: error as Error });
  }
  return counts;
};

/**
 * Serves a page of each team's lockout messages, and returns where each team continues: with the rest of them, or
 * behind them. A team whose page failed waits for the next sweep, so that no lesser message overtakes a lockout.
 */
async function withLockoutsServed(
  teams: readonly string[],
  round: (lines: readonly Line[]) => Promise<Line[]>,
): Promise<Line[]> {
  const rest = await round(teams.map((teamId) => ({ teamId, rank: 0, after: null })));
  return [{ teamId: null, after: null }, ...rest.map(({ teamId, after }) => ({ teamId, after }))];
}

async function teamsWaiting(deps: Pick<DrainDeps, 'nextTeamWaiting'>): Promise<string[]> {
  const shards = await Promise.all(
    Array.from({ length: outboxShards }, async (_, shard) => {
      const teams: string[] = [];
      let team = await deps.nextTeamWaiting(shard, null);
      while (team) {
        teams.push(team);
        team = await deps.nextTeamWaiting(shard, team);
      }
      return teams;
    }),
  );
  return shards.flat();
}

/**
 * Serves one page of a team. `after` is the cursor of the next page, or the end of the line's rank; it is null behind
 * the last message and after a failure, which does not affect other teams.
 */
async function servePage(deps: DrainDeps, line: Line): Promise<Drained & { after: string | null }> {
  try {
    const page = await deps.pendingOf({ ...line, limit: pageSize });
    const at = deps.now();
    const due = page.items.filter((message) => isDue(message, at));
    const sendable = due.filter(({ attempts }) => attempts < mostAttempts);
    const published = sendable.length > 0 ? await deps.publish(sendable) : { taken: [], refused: [], failure: null };
    await settled(deps, sendable, published);
    const parked = await parkWhatFailed(deps, due, published);
    if (published.failure)
      log.warn('Messages wait for the next sweep', { teamId: line.teamId, error: published.failure as Error });
    return { sent: published.taken.length, parked, after: published.failure ? null : (page.cursor ?? endOfRank(line)) };
  } catch (error) {
    log.error('The outbox could not serve a team', { teamId: line.teamId, error: error as Error });
    return { sent: 0, parked: 0, after: null };
  }
}

const endOfRank = ({ teamId, rank }: Line): string | null =>
  teamId === null || rank === undefined ? null : endOf(teamId, rank);

/** Parks messages that the bus refused for good, and those that failed for a day. */
async function parkWhatFailed(deps: DrainDeps, due: readonly Pending[], { refused }: Published): Promise<number> {
  const refusals = new Map(refused.map((refusal) => [refusal.id, refusal]));
  let parked = 0;
  for (const message of due) {
    const refusal = refusals.get(message.id);
    const isOld = deps.now().getTime() - Date.parse(message.since) > dayMs;
    const isSpent = message.attempts >= mostAttempts;
    if (!isSpent && !(refusal && (refusal.final || isOld))) continue;
    await parkMessage(deps)(message, refusal?.reason ?? `failed ${message.attempts} times`);
    parked += 1;
  }
  return parked;
}

/** A message is due a minute after its commit, which publishes it first, unless a worker has claimed it. */
const isDue = ({ since, claimedUntil }: Pending, at: Date): boolean =>
  !isRecent(since, at, minuteMs) && !(claimedUntil && isClaimed(claimedUntil, at));

/** Runs `work` with bounded concurrency; the results are in the order of the items. */
async function eachAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const rest = items.entries();
  const results: R[] = [];
  const worker = async () => {
    for (const [index, item] of rest) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
