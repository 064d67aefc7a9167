/** A team's webhook gets each event of its timeline once, signed, and its team sees the deliveries. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Entry } from '#lib/model/entry.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { type Receiver, status, verified } from '#test/support/webhook-receiver.ts';
import { until } from '#test/support/when.ts';
import { anEvent, aWebhook, delivered, deliveriesOf } from './world.ts';

let platform: Platform;
const receivers: Receiver[] = [];
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(async () => {
  for (const receiver of receivers) await receiver.close();
  await platform?.close();
});

const admin = () => ({ token: platform.tokens.adminToken });
async function webhook(body = {}) {
  const made = await aWebhook(platform, body);
  receivers.push(made.receiver);
  return made;
}

it('delivers each event once, as it is on the bus', async () => {
  const { id, receiver } = await webhook();

  const name = await anEvent(platform);
  const space = await delivered(receiver, name);

  const { type, ...detail } = (await platform.entries()).find(({ data }) => data.name === name) as Entry;
  expect(space.event).toEqual({
    ...{ specversion: '1.0', id: detail.id, source: 'latchkey', type, time: detail.at },
    ...{ datacontenttype: 'application/json', data: detail },
  });
  expect(space.id).toBe(detail.id);
  const published = platform.published.flatMap(
    (text) => (JSON.parse(text) as { Entries: { Detail: string }[] }).Entries,
  );
  expect(published.map(({ Detail }) => JSON.parse(Detail))).toContainEqual(detail);

  const deliveries = await until('the deliveries to be recorded', async () => {
    const found = await deliveriesOf(platform, id);
    return found.length >= 2 && found.every((each) => each.status === 'delivered') && found;
  });
  expect(deliveries.map(({ event }) => event.type)).toEqual(expect.arrayContaining(['SpaceCreated', 'WebhookCreated']));
  expect(deliveries[0]?.attempts).toEqual([
    { at: expect.any(String), durationMs: expect.any(Number), statusCode: 204, error: null },
  ]);
  expect(new Set(receiver.received.map((each) => each.id)).size).toBe(receiver.received.length);
});

it('delivers events of the chosen types only', async () => {
  const { receiver } = await webhook({ types: ['AppCreated'] });

  await anEvent(platform);
  await platform.ask('POST /v1/apps', { body: { name: 'app-with-a-webhook', admins: ['admin@example.com'] } });
  await delivered(receiver, 'app-with-a-webhook');

  expect(receiver.received.map(({ event }) => event?.type)).toEqual(['AppCreated']);
});

it('signs with two secrets during the overlap of a rotation, and shows a secret once', async () => {
  const { id, receiver } = await webhook();
  const before = receiver.secret;

  const rotated = await platform.ask(`POST /v1/webhooks/${id}/secret-rotation`, { ...admin(), body: {} });

  const after = String(rotated.body.secret);
  const { signatures, headers, body } = await delivered(receiver, await anEvent(platform));
  expect(signatures).toHaveLength(2);
  expect(verified(before, headers, body)).not.toBeNull();
  expect(verified(after, headers, body)).not.toBeNull();

  receiver.secret = String(
    (await platform.ask(`POST /v1/webhooks/${id}/secret-rotation`, { ...admin(), body: { overlapHours: 0 } })).body
      .secret,
  );
  const last = await delivered(receiver, await anEvent(platform));
  expect(last.signatures).toHaveLength(1);
  expect(verified(after, last.headers, last.body)).toBeNull();
  for (const path of ['/v1/webhooks', `/v1/webhooks/${id}`, '/v1/timeline'])
    expect(JSON.stringify((await platform.ask(`GET ${path}`)).body)).not.toContain('whsec_');
});

it('retries after seconds under the same id, and records both attempts', async () => {
  const { id, receiver } = await webhook({ types: ['SpaceCreated'] });
  receiver.respond = (response, _received, count) => status(count === 1 ? 503 : 200)(response, _received, count);

  await anEvent(platform);

  const [delivery] = await until('the second attempt', async () => {
    const found = await deliveriesOf(platform, id);
    return found[0]?.status === 'delivered' && found;
  });
  expect(delivery?.attempts.map(({ statusCode, error }) => [statusCode, error])).toEqual([
    [503, 'http_status'],
    [200, null],
  ]);
  expect(receiver.received.map((each) => each.id)).toEqual([delivery?.event.id, delivery?.event.id]);
  expect((await platform.ask(`GET /v1/webhooks/${id}`)).body.failingSince).toBeNull();
});

it('disables a webhook whose receiver responds 410, and records it in the timeline', async () => {
  const { id, receiver } = await webhook({ types: ['SpaceCreated'] });
  receiver.respond = status(410);

  await anEvent(platform);

  await until('the webhook to be disabled', async () => {
    const { body } = await platform.ask(`GET /v1/webhooks/${id}`);
    return String(body.status) === 'disabled' && body.pausedBecause === 'gone';
  });
  const paused = (await platform.entries()).find(
    ({ type, subject }) => type === 'WebhookPaused' && subject.webhookId === id,
  );
  expect(paused?.data).toMatchObject({ host: new URL(receiver.url).host, reason: 'gone' });
  const [delivery] = await deliveriesOf(platform, id);
  const again = await platform.ask(`POST /v1/webhooks/${id}/deliveries/${delivery?.id}/redelivery`);
  expect(again).toMatchObject({ status: 409, body: { state: 'disabled' } });

  await platform.ask(`PATCH /v1/webhooks/${id}`, { ...admin(), body: { status: 'active' } });
  receiver.respond = status(204);
  await delivered(receiver, await anEvent(platform));
});

it('pings, also while the webhook is paused, and redelivers under the same id', async () => {
  const { id, receiver } = await webhook({ types: ['SpaceCreated'] });
  const event = await delivered(receiver, await anEvent(platform));
  const [delivery] = await until('the delivery', async () => {
    const found = await deliveriesOf(platform, id);
    return found[0]?.status === 'delivered' && found;
  });

  const again = await platform.ask(`POST /v1/webhooks/${id}/deliveries/${delivery?.id}/redelivery`);
  expect(again.status).toBe(202);
  await until('the redelivery', () => receiver.received.filter((each) => each.id === event.id).length === 2);

  await platform.ask(`PATCH /v1/webhooks/${id}`, { ...admin(), body: { status: 'paused' } });
  const ping = await platform.ask(`POST /v1/webhooks/${id}/pings`);
  expect(ping.status).toBe(202);
  const received = await until('the ping', () => receiver.received.find((each) => each.id === ping.body.id));
  expect(received.event).toMatchObject({ type: 'WebhookPing', data: { webhookId: id } });
});

it('delivers nothing of a webhook that is removed', async () => {
  const { id, receiver } = await webhook();
  await until('the first event', () => receiver.received.length > 0);

  const removed = await platform.ask(`DELETE /v1/webhooks/${id}`, admin());
  const before = receiver.received.length;
  const { receiver: other } = await webhook();
  await delivered(other, await anEvent(platform));

  expect(removed.status).toBe(204);
  expect(receiver.received.length).toBe(before);
  expect((await platform.ask(`GET /v1/webhooks/${id}/deliveries`)).status).toBe(404);
});
