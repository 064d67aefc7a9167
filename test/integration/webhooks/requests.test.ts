/**
 * Requests about webhooks: what is refused and changes nothing, whose webhooks a team can reach, and how many it has.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { quotaStore } from '#lib/store/quotas.ts';
import { aPlatform, type Platform, pagesOf } from '#test/support/cloud.ts';

let platform: Platform;
let other: string;
beforeAll(async () => {
  platform = await aPlatform();
  const body = { name: 'other', scopes: ['admin'], team: 'other-team' };
  other = String((await platform.ask('POST /v1/tokens', { token: platform.tokens.adminToken, body })).body.token);
});
afterAll(() => platform?.close());

const admin = () => ({ token: platform.tokens.adminToken });
const url = 'https://hooks.invalid/latchkey';
const create = (body: Record<string, unknown>, more = {}) =>
  platform.ask('POST /v1/webhooks', { ...admin(), body, ...more });
const list = () => pagesOf<{ id: string }>(platform.ask, '/v1/webhooks', 2);

describe('a request that does not fit is refused, and changes nothing:', () => {
  it.each([
    ['no URL', {}],
    ['plain HTTP', { url: 'http://hooks.example.com/' }],
    ['a password', { url: 'https://user:secret-word@hooks.example.com/' }],
    ['the metadata service', { url: 'http://169.254.169.254/latest/meta-data/' }],
    ['an address as a number', { url: 'http://2130706433/' }],
    ['an unknown type of event', { url, types: ['KeyExploded'] }],
    ['no type of event', { url, types: [] }],
    ['an unknown member', { url, secret: 'whsec_mine' }],
    ['a control character', { url: 'https://hooks.example.com/\u0007' }],
  ])('%s', async (_, body) => {
    const before = await list();

    const response = await create(body);

    expect(response.status).toBe(400);
    expect(response.body.errors).toEqual([expect.objectContaining({ detail: expect.any(String) })]);
    expect(JSON.stringify(response.body)).not.toContain('secret-word');
    expect(await list()).toEqual(before);
  });

  it('an unknown id', async () => {
    for (const line of [
      'GET /v1/webhooks/wh_01j00000000000000000000000',
      'DELETE /v1/webhooks/wh_01j00000000000000000000000',
    ])
      expect((await platform.ask(line, admin())).status).toBe(404);
  });
});

it('a change is written once and recorded in the timeline, without the path of the URL', async () => {
  const { body } = await create({ url });
  const path = `/v1/webhooks/${body.id}`;

  await platform.ask(`PATCH ${path}`, { ...admin(), body: { url: `${url}/secret-path`, types: ['AppCreated'] } });
  await platform.ask(`PATCH ${path}`, { ...admin(), body: { types: ['AppCreated'] } });
  const paused = await platform.ask(`PATCH ${path}`, { ...admin(), body: { status: 'paused' } });
  const resumed = await platform.ask(`PATCH ${path}`, { ...admin(), body: { status: 'active' } });

  expect(paused.body).toMatchObject({ status: 'paused', pausedBecause: 'requested' });
  expect(resumed.body).toMatchObject({ status: 'active', pausedBecause: null, types: ['AppCreated'] });
  const entries = (await platform.entries()).filter(({ subject }) => subject.webhookId === body.id);
  expect(entries.map(({ type }) => type)).toEqual([
    'WebhookCreated',
    'WebhookChanged',
    'WebhookPaused',
    'WebhookResumed',
  ]);
  expect(JSON.stringify(entries)).not.toContain('secret-path');
});

it('a repeated creation under one Idempotency-Key gives the same webhook and secret', async () => {
  const headers = { 'idempotency-key': 'the-same' };
  const [first, second] = [await create({ url }, { headers }), await create({ url }, { headers })];

  expect(second.body).toEqual(first.body);
  expect((await list()).filter(({ id }) => id === first.body.id)).toHaveLength(1);
});

it('another team finds none of a team’s webhooks', async () => {
  const { body } = await create({ url });
  const path = `/v1/webhooks/${body.id}`;
  const ping = await platform.ask(`POST ${path}/pings`);
  const lines = [
    `GET ${path}`,
    `PATCH ${path}`,
    `DELETE ${path}`,
    `POST ${path}/secret-rotation`,
    `POST ${path}/pings`,
    `GET ${path}/deliveries`,
    `POST ${path}/deliveries/${ping.body.id}/redelivery`,
  ];

  for (const line of lines) {
    const isWrite = line.startsWith('PATCH') || line.endsWith('rotation');
    const response = await platform.ask(line, { token: other, ...(isWrite ? { body: {} } : {}) });
    expect([line, response.status]).toEqual([line, 404]);
  }
  expect((await platform.ask('GET /v1/webhooks', { token: other })).body.items).toEqual([]);
  expect((await platform.ask(`GET ${path}`)).status).toBe(200);
});

it('a team has at most as many webhooks as its quota, and may replace one', async () => {
  const { used } = (await quotaStore().usageOf(platform.teamId)).webhooks;
  await quotaStore().limitQuota(platform.teamId, 'webhooks', used + 1);
  const last = await create({ url });

  expect(await create({ url })).toMatchObject({ status: 403, body: { quota: 'webhooks' } });
  await platform.ask(`DELETE /v1/webhooks/${last.body.id}`, admin());
  expect((await create({ url })).status).toBe(201);
});

it('no secret of a webhook is in a log line, an event or the table', async () => {
  const { body } = await create({ url });
  const secret = String(body.secret).slice('whsec_'.length);
  const seen = [...platform.logged, ...platform.published, JSON.stringify(await platform.entries())].join('\n');

  expect(seen).not.toContain(secret);
  expect(seen).not.toContain('whsec_');
});
