/** Teams, webhooks and receivers in virtual time, over the real operations and the table in memory. */
import type { EventType } from '#lib/model/events.ts';
import type { WebhookRequest } from '#lib/model/ports.ts';
import { Secret } from '#lib/model/secret.ts';
import type { Webhook } from '#lib/model/webhook.ts';
import type { Delivery, DeliveryError } from '#lib/model/webhook-delivery.ts';
import { committing } from '#lib/store/commit.ts';
import { outboxStore } from '#lib/store/outbox.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { webhookStore } from '#lib/store/webhooks.ts';
import { createWebhook } from '#lib/webhooks/create.ts';
import { serveWoken, sweepWebhooks } from '#lib/webhooks/serve.ts';
import { serveTeam } from '#lib/webhooks/serve-team.ts';
import { createMemoryTable } from '#simulation/memory-table.ts';
import { virtualTime } from '#simulation/virtual-time.ts';
import { at, countingIds, tokenActor } from '#test/support/build.ts';

export interface Response {
  readonly status: number | null;
  readonly durationMs: number;
}
export type Receiver = (request: WebhookRequest, count: number) => Response;

export interface Arrival {
  readonly url: string;
  readonly id: string;
  readonly at: Date;
}

/** A dead receiver: no response within ten seconds. */
export const dead: Receiver = () => ({ status: null, durationMs: 10_000 });
export const quick: Receiver = () => ({ status: 204, durationMs: 50 });

function errorOf(status: number | null): DeliveryError | null {
  if (status === null) return 'timed_out';
  return status < 300 ? null : 'http_status';
}

export function aWorld() {
  const time = virtualTime(at.getTime());
  const table = createMemoryTable();
  const newId = countingIds();
  const receivers = new Map<string, Receiver>();
  const arrivals: Arrival[] = [];
  const counts = new Map<string, number>();
  const commitNow = committing({ table, newId, pause: (ms) => time.sleep(ms) });
  const commit = async (unit: Parameters<typeof commitNow>[0]): Promise<void> => void (await commitNow(unit));
  const stores = { ...webhookStore(table), ...timelineStore(table), ...outboxStore(table) };
  const vault = {
    encrypt: async (_: string, secret: Secret) => Buffer.from(secret.reveal()).toString('base64'),
    decrypt: async (_: string, sealed: string) => new Secret(Buffer.from(sealed, 'base64').toString()),
    platformKeyArn: () => 'arn:aws:kms:us-east-1:210987654321:alias/latchkey-test',
  };
  const postWebhook = async (request: WebhookRequest) => {
    const began = time.now();
    const { url } = request;
    counts.set(url, (counts.get(url) ?? 0) + 1);
    const { status, durationMs } = (receivers.get(url) ?? quick)(request, counts.get(url) ?? 0);
    await time.sleep(durationMs);
    if (status !== null && status < 300)
      arrivals.push({ url, id: String(request.headers['webhook-id']), at: time.now() });
    const error = errorOf(status);
    return { attempt: { at: began.toISOString(), durationMs, statusCode: status, error }, retryAfter: null };
  };
  const pause = (seconds: number) => time.sleep(seconds * 1000);
  const base = { ...stores, ...vault, commit, newId, now: time.now, postWebhook, pause, random: () => 0.5 };
  const deps = { ...base, serveTeam: serveTeam(base) };
  const create = createWebhook({ ...base, settings: () => ({ isLoopbackAllowed: false }) });
  return {
    time,
    table,
    arrivals,
    receivers,
    commit,
    stores,
    wake: (teamId: string) => serveWoken(deps)(teamId, null),
    sweep: sweepWebhooks(deps),
    webhook: async (
      teamId: string,
      receiver: Receiver,
      types: readonly EventType[] | null = null,
    ): Promise<Webhook> => {
      const url = `https://${newId('att').replace('_', '-')}.example/`;
      receivers.set(url, receiver);
      return (await create({ teamId, actor: tokenActor, url, description: '', types })).webhook;
    },
    event: (teamId: string, count = 1) =>
      commit({
        teamId,
        at: time.now(),
        changes: [],
        entries: Array.from({ length: count }, () => ({
          ...{ type: 'SpaceCreated' as const, actor: tokenActor, subject: {} },
          data: { name: 'a', tier: 'private' as const },
        })),
      }),
    deliveries: ({ teamId, id }: Webhook) =>
      table.rows(`TEAM#${teamId}`).filter(({ sk }) => String(sk).startsWith(`DELIVERY#${id}`)) as unknown as Delivery[],
    stored: ({ teamId, id }: Webhook) => stores.webhookById(teamId, id),
  };
}

export type World = ReturnType<typeof aWorld>;

/** Sweeps every minute, until `end` (milliseconds from now). A sweep that takes longer overlaps with the next. */
export async function sweeping({ time, sweep }: World, forMs: number): Promise<void> {
  const faults: unknown[] = [];
  const end = time.millis() + forMs;
  for (let next = time.millis() + 60_000; next <= end; next += 60_000)
    time.at(next, () => void sweep().catch((fault: unknown) => faults.push(fault)));
  await time.runUntil(end);
  if (faults.length > 0) throw faults[0];
}

/** Runs work that waits in virtual time. */
export async function inTime<T>({ time }: World, work: Promise<T>, forMs = 60_000): Promise<T> {
  await time.runUntil(time.millis() + forMs);
  return work;
}
