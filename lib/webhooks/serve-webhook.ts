/** Sends the deliveries of one webhook that are due. */
import pLimit from 'p-limit';
import { log } from '#lib/log.ts';
import { plusSeconds } from '#lib/model/clock.ts';
import { ignoreConflict } from '#lib/model/conflict.ts';
import type { DueDelivery } from '#lib/model/items/webhooks.ts';
import type { Needs } from '#lib/model/ports.ts';
import type { Webhook } from '#lib/model/webhook.ts';
import type { Attempt } from '#lib/model/webhook-delivery.ts';
import { type DeliverDeps, deliver, recordHealth } from './deliver.ts';
import { openSecrets, type SigningDeps } from './secret.ts';

export type ServeWebhookDeps = DeliverDeps & SigningDeps & Needs<'dueDeliveries'>;

/** Requests to one receiver at once. */
const concurrency = 4;
const pageSize = 20;
/** After so many failures in a row that cost time, the webhook's other deliveries wait for a minute. */
const mostFailures = 3;
/** A response in less time is cheap, with any status. */
const quickMs = 2000;
const restSeconds = 60;

export interface Served {
  /** When the next delivery is due (ISO 8601); null if there is none. */
  readonly nextAt: string | null;
  /** Whether the receiver gets no more requests in this run. */
  readonly isResting: boolean;
}

/** Ends by `until`, except for attempts that are under way. Never throws. */
export async function serveWebhook(deps: ServeWebhookDeps, webhook: Webhook, until: Date): Promise<Served> {
  try {
    return await serve(deps, webhook, until);
  } catch (error) {
    log.error('A webhook could not be served', { webhookId: webhook.id, error: error as Error });
    return resting(deps.now());
  }
}

const resting = (at: Date): Served => ({ nextAt: plusSeconds(at, restSeconds).toISOString(), isResting: true });

async function serve(deps: ServeWebhookDeps, given: Webhook, until: Date): Promise<Served> {
  const { teamId, id } = given;
  const state = { webhook: given, failures: 0, secrets: [] as string[] };
  const stops = () => state.failures >= mostFailures || deps.now() >= until;
  for (;;) {
    const page = await deps.dueDeliveries(teamId, id, pageSize);
    const at = deps.now().toISOString();
    const due = page.filter(({ dueAt }) => dueAt <= at);
    if (state.failures >= mostFailures) return resting(deps.now());
    if (due.length === 0 || stops()) return { nextAt: page[0]?.dueAt ?? null, isResting: false };
    if (state.secrets.length === 0) state.secrets = await openSecrets(deps, given, deps.now());
    const limit = pLimit(concurrency);
    await Promise.all(due.map((each) => limit(() => (stops() ? undefined : attempt(deps, state, each)))));
  }
}

interface State {
  webhook: Webhook;
  /** In a row. */
  failures: number;
  readonly secrets: readonly string[];
}

async function attempt(deps: ServeWebhookDeps, state: State, due: DueDelivery): Promise<void> {
  await ignoreConflict(async () => {
    const made = await deliver(deps, state, due);
    if (!made) return;
    if (made.error === null) state.failures = 0;
    else if (isCostly(made)) state.failures += 1;
    if (made.error !== null || state.webhook.failingSince !== null)
      state.webhook = (await recordHealth(deps, state.webhook, made)) ?? state.webhook;
  });
}

const isCostly = ({ statusCode, durationMs }: Attempt): boolean => statusCode === null || durationMs > quickMs;
