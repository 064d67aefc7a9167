/** What the tests of webhooks share: a platform, receivers, and reads of deliveries. */
import type { Body } from '#local/test-support/http.ts';
import { type Platform, pagesOf } from '#test/support/cloud.ts';
import { aReceiver, type Receiver } from '#test/support/webhook-receiver.ts';
import { until } from '#test/support/when.ts';

export interface DeliveryBody {
  readonly id: string;
  readonly event: { readonly id: string; readonly type: string; readonly seq: number | null };
  readonly status: string;
  readonly attempts: readonly { readonly statusCode: number | null; readonly error: string | null }[];
  readonly nextAttemptAt: string | null;
}

export const deliveriesOf = (platform: Platform, webhook: unknown): Promise<DeliveryBody[]> =>
  pagesOf(platform.ask, `/v1/webhooks/${webhook}/deliveries`);

/** A receiver with a webhook of the team that the admin token belongs to. */
export async function aWebhook(platform: Platform, body: Body = {}): Promise<{ id: string; receiver: Receiver }> {
  const receiver = await aReceiver();
  const created = await platform.ask('POST /v1/webhooks', {
    token: platform.tokens.adminToken,
    body: { url: receiver.url, ...body },
  });
  if (created.status !== 201) throw new Error(JSON.stringify(created.body));
  receiver.secret = String(created.body.secret);
  return { id: String(created.body.id), receiver };
}

let spaces = 0;

/** Something that the timeline tells. Returns its name. */
export async function anEvent(platform: Platform): Promise<string> {
  const name = `space-${++spaces}`;
  await platform.ask('POST /v1/spaces', { body: { name } });
  return name;
}

export const delivered = (receiver: Receiver, name: string) =>
  until(`the event of ${name}`, () => receiver.received.find(({ event }) => namesIt(event?.data, name)));

const namesIt = (data: Record<string, unknown> | undefined, name: string): boolean =>
  JSON.stringify(data ?? {}).includes(`"${name}"`);
