/** Serves the webhooks of one team, by one worker at a time. */
import { claimedFrom, isClaimed } from '#lib/model/claim.ts';
import { feedSaved } from '#lib/model/items/webhooks.ts';
import { allOfTeam } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import type { WebhookFeed } from '#lib/model/webhook.ts';
import { type FanOutDeps, fanOut } from './fan-out.ts';
import { type ServeWebhookDeps, serveWebhook } from './serve-webhook.ts';

export type ServeTeamDeps = FanOutDeps &
  ServeWebhookDeps &
  Needs<'webhookFeedOf' | 'listWebhooks'> & { readonly pause: (seconds: number) => Promise<unknown> };

export interface Budget {
  /** Attempts begin before this time. */
  readonly until: Date;
  /** How long the worker waits for a delivery that will be due, so that the first retry comes after seconds. */
  readonly patienceSeconds: number;
}

/** New events are looked for this often while the worker waits. */
const pollSeconds = 1;

/**
 * True if the team has more to do at once. A worker that finds the team leased leaves it: the lease's holder looks for
 * new events after it released the team.
 */
export const serveTeam =
  (deps: ServeTeamDeps) =>
  async (teamId: string, budget: Budget): Promise<boolean> => {
    const resting = new Set<string>();
    let feed = await deps.webhookFeedOf(teamId);
    let hasMore = feed !== null;
    while (feed && hasMore && deps.now() < budget.until) {
      feed = await servedOnce(deps, feed, { budget, resting });
      hasMore = feed !== null && (await hasNews(deps, feed, resting));
    }
    return feed !== null && hasMore;
  };

interface Run {
  readonly budget: Budget;
  /** Webhooks that get no more requests in this run. */
  readonly resting: Set<string>;
}

/** The feed after its release; null if another worker has or took the team. */
async function servedOnce(deps: ServeTeamDeps, feed: WebhookFeed, run: Run): Promise<WebhookFeed | null> {
  const at = deps.now();
  if (feed.leasedUntil && isClaimed(feed.leasedUntil, at)) return null;
  try {
    // If this worker dies, the sweep serves the team once the lease is over.
    const leased = await saved(deps, { ...feed, leasedUntil: claimedFrom(at), dueAt: at.toISOString() });
    const served = await serveUntilQuiet(deps, leased, run);
    return await saved(deps, { ...served, leasedUntil: null });
  } catch (error) {
    if (error instanceof Problem && error.code === 'version_mismatch') return null;
    throw error;
  }
}

async function serveUntilQuiet(deps: ServeTeamDeps, leased: WebhookFeed, { budget, resting }: Run) {
  let feed = leased;
  for (;;) {
    const webhooks = await webhooksOf(deps, feed.teamId);
    feed = await fanOut(deps, feed, webhooks);
    const times = await Promise.all(
      webhooks.map(async (webhook) => {
        if (resting.has(webhook.id)) return restingUntil(deps.now());
        const { nextAt, isResting } = await serveWebhook(deps, webhook, budget.until);
        if (isResting) resting.add(webhook.id);
        return nextAt;
      }),
    );
    const dueAt = times.filter((time) => time !== null).sort()[0] ?? null;
    const seconds = dueAt === null ? Number.POSITIVE_INFINITY : (Date.parse(dueAt) - deps.now().getTime()) / 1000;
    if (seconds > budget.patienceSeconds || deps.now() >= budget.until) return { ...feed, dueAt };
    await deps.pause(Math.min(Math.max(seconds, 0), pollSeconds));
  }
}

const restingUntil = (at: Date): string => new Date(at.getTime() + 60_000).toISOString();

const webhooksOf = (deps: Pick<ServeTeamDeps, 'listWebhooks'>, teamId: string) => allOfTeam(deps.listWebhooks, teamId);

/** Whether an event or a ping came between the last look and the release. */
async function hasNews(deps: ServeTeamDeps, feed: WebhookFeed, resting: ReadonlySet<string>): Promise<boolean> {
  const { seq } = await deps.headOfChain(feed.teamId);
  if (seq > feed.after) return true;
  const webhooks = await webhooksOf(deps, feed.teamId);
  const at = deps.now().toISOString();
  const firsts = await Promise.all(
    webhooks.filter(({ id }) => !resting.has(id)).map(({ id }) => deps.dueDeliveries(feed.teamId, id, 1)),
  );
  return firsts.some(([first]) => first !== undefined && first.dueAt <= at);
}

async function saved(deps: Pick<ServeTeamDeps, 'commit' | 'now'>, feed: WebhookFeed): Promise<WebhookFeed> {
  await deps.commit({ teamId: feed.teamId, at: deps.now(), changes: [feedSaved(feed)] });
  return { ...feed, version: feed.version + 1 };
}
