/** Config vars and releases of apps, over the API. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { aServingDatabase } from './preconditions.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
  await aServingDatabase(platform, { app: 'example-app', name: 'attached-db' });
});
afterAll(() => platform.close());

interface Release {
  readonly version: number;
  readonly description: string;
}
const vars = async () => (await platform.ask<Record<string, string>>('GET /v1/apps/example-app/config-vars')).body;
const change = (body: object) => platform.ask('PATCH /v1/apps/example-app/config-vars', { body });
const releases = async () => (await platform.ask<{ items: Release[] }>('GET /v1/apps/example-app/releases')).body.items;

describe('config vars', () => {
  it('are set and removed, each change in a release of its own', async () => {
    const before = (await releases())[0]?.version ?? 0;

    expect((await change({ COLOUR: 'red', SIZE: '7' })).body).toMatchObject({ COLOUR: 'red', SIZE: '7' });
    expect((await change({ COLOUR: null })).status).toBe(200);
    expect(await vars()).toEqual({ SIZE: '7', REDIS_URL: expect.stringMatching(/^rediss:/) });
    expect((await releases()).slice(0, 2).map(({ version }) => version)).toEqual([before + 2, before + 1]);
    expect((await releases())[1]?.description).toContain('COLOUR, SIZE');
  });

  it('write no release when nothing changes', async () => {
    await change({ SAME: 'value' });
    const before = (await releases()).length;

    await change({ SAME: 'value', NEVER_THERE: null });

    expect(await releases()).toHaveLength(before);
  });

  it('are recorded by name, never by value', async () => {
    await change({ API_PASSWORD: 'p4ssw0rd-of-the-app' });
    const entry = (await platform.entries()).findLast(({ type }) => type === 'ConfigVarsChanged');

    expect(entry?.data).toMatchObject({ names: ['API_PASSWORD'] });
    expect(JSON.stringify(await platform.entries())).not.toContain('p4ssw0rd-of-the-app');
  });

  it('of an attachment belong to it', async () => {
    const before = await vars();

    for (const body of [{ REDIS_URL: 'redis://elsewhere' }, { REDIS_URL: null }]) {
      const response = await change(body);
      expect(response).toBeProblem('invalid_request');
      expect(response.body.detail).toContain('belongs to an attached database');
    }
    expect(await vars()).toEqual(before);
  });

  it.each([{ 'lower-case': 'x' }, { '1ST': 'x' }, { NUMBER: 7 }, { BIG: 'x'.repeat(40_000) }])(
    'are refused if they are %j',
    async (body) => {
      const before = await vars();
      expect(await change(body)).toBeProblem('invalid_request');
      expect(await vars()).toEqual(before);
    },
  );

  it('survive changes at the same moment, each in a release', async () => {
    const before = (await releases()).length;
    const responses = await Promise.all(
      Array.from({ length: 4 }, (_, number) => change({ [`AT_ONCE_${number}`]: 'yes' })),
    );
    const done = responses.filter(({ status }) => status === 200).length;

    for (const response of responses.filter(({ status }) => status !== 200))
      expect(response).toBeProblem('version_mismatch');
    expect(Object.keys(await vars()).filter((name) => name.startsWith('AT_ONCE_'))).toHaveLength(done);
    expect(await releases()).toHaveLength(before + done);
  });
});

describe('the timeline', () => {
  it('verifies, with as many entries as it lists', async () => {
    const { body } = await platform.ask<{ head: string; entries: number }>('GET /v1/timeline/verification');
    expect(body).toMatchObject({ intact: true, firstBad: null });
    expect((await platform.entries())[body.entries - 1]?.hash).toBe(body.head);
  });

  it('names the first entry that was changed in the table', async () => {
    const { teamId, cloud } = platform;
    const at = { pk: { S: `TIMELINE#${teamId}` }, sk: { S: 'ENTRY#000000000003' } };
    const TableName = cloud.environment.TABLE_NAME;
    const { Item } = await platform.aws(cloud.dynamodb, 'GetItem', { TableName, Key: at });

    await platform.aws(cloud.dynamodb, 'PutItem', {
      TableName,
      Item: { ...(Item as object), at: { S: '2020-01-01T00:00:00.000Z' } },
    });

    expect((await platform.ask('GET /v1/timeline/verification')).body).toMatchObject({
      intact: false,
      entries: 2,
      firstBad: { seq: 3, reason: 'changed' },
    });

    await platform.aws(cloud.dynamodb, 'DeleteItem', { TableName, Key: at });
    expect((await platform.ask('GET /v1/timeline/verification')).body.firstBad).toEqual({ seq: 3, reason: 'missing' });

    await platform.aws(cloud.dynamodb, 'PutItem', { TableName, Item: Item as object });
    expect((await platform.ask('GET /v1/timeline/verification')).body.intact).toBe(true);
  });
});

describe('what needs no token', () => {
  it('is health, the contract and the key policy', async () => {
    for (const path of ['/v1/health', '/v1/openapi.json', '/v1/key-policy'])
      expect((await platform.ask(`GET ${path}`, { token: null })).status).toBe(200);
  });
});
