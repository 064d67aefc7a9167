/** Requests about databases that are refused, with the reason. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aPlatform, type Platform, pagesOf } from '#test/support/cloud.ts';
import { aServingDatabase } from './preconditions.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
  await platform.ask('POST /v1/apps', { body: { name: 'outside-app', admins: ['admin@example.com'] } });
  await platform.ask('POST /v1/spaces', { body: { name: 'acme-shield', tier: 'shield' } });
  await platform.ask('POST /v1/apps', {
    body: { name: 'shield-app', space: 'acme-shield', admins: ['admin@example.com'] },
  });
});
afterAll(() => platform.close());

const create = (body: object) => platform.ask('POST /v1/databases', { body });
const entryCount = async () => (await platform.entriesOfRequests()).length;
async function unchanged<T>(work: () => Promise<T>): Promise<T> {
  const [entries, databases] = [await entryCount(), (await pagesOf(platform.ask, '/v1/databases')).length];
  const response = await work();
  expect(await entryCount()).toBe(entries);
  expect(await pagesOf(platform.ask, '/v1/databases')).toHaveLength(databases);
  return response;
}

describe('a database that can’t be', () => {
  it.each(['mini', 'premium-7'])('on plan %s under a customer key: it names plans that can', async (plan) => {
    const encryptionKey = await platform.keyOfCustomer();
    const response = await unchanged(() => create({ plan, app: 'your-app-name', encryptionKey }));

    expect(response).toBeProblem('plan_unsupported');
    expect(response.body.detail).toContain('Choose a private or shield plan');
  });

  it.each([
    ['private-7', 'outside-app', 'private space'],
    ['shield-7', 'outside-app', 'shield space'],
    ['shield-7', 'your-app-name', 'shield space'],
    ['private-7', 'shield-app', 'private space'],
  ])('on plan %s for %s: it says which space is needed', async (plan, app, space) => {
    const encryptionKey = await platform.keyOfCustomer();
    const response = await unchanged(() => create({ plan, app, encryptionKey }));

    expect(response).toBeProblem('plan_unsupported');
    expect(response.body.detail).toContain(`Create the app in a ${space}`);
  });

  it('on a plan that does not exist: it lists those that are', async () => {
    const response = await unchanged(() => create({ plan: 'private-8', app: 'your-app-name' }));

    expect(response).toBeProblem('invalid_request');
    expect(response.body.detail).toContain('private-7');
    expect(response.body.errors).toEqual([{ pointer: '/plan', detail: 'Unknown plan' }]);
  });

  it('for an app that does not exist', async () => {
    expect(await unchanged(() => create({ plan: 'private-7', app: 'nobody' }))).toBeProblem('not_found');
  });

  it.each(['Ab', 'a', '1st', 'with space', 'x'.repeat(64), 'dash-'])('under the name %j', async (name) => {
    const response = await unchanged(() => create({ name, plan: 'private-7', app: 'your-app-name' }));
    expect(response).toBeProblem('invalid_request');
    expect(response.body.detail).toContain('/name: Lower-case letters');
  });

  it('under a name that is taken, and its key isn’t registered on the way', async () => {
    await aServingDatabase(platform, { name: 'taken-name' });
    const encryptionKey = await platform.keyOfCustomer();

    const response = await unchanged(() =>
      create({ name: 'taken-name', plan: 'private-7', app: 'your-app-name', encryptionKey }),
    );

    expect(response).toBeProblem('name_taken');
    expect(response.body.detail).toContain('Choose another name');
  });
});

describe('destroying a resource in use', () => {
  it('needs its name: the response says how', async () => {
    await aServingDatabase(platform, { name: 'in-use' });
    const response = await unchanged(() => platform.ask('DELETE /v1/databases/in-use'));

    expect(response).toBeProblem('confirmation_required');
    expect(response.body).toMatchObject({
      confirm: 'in-use',
      detail: expect.stringContaining('Repeat with confirm=in-use'),
    });
  });

  it('is refused for an app that a database is attached to', async () => {
    const response = await unchanged(() => platform.ask('DELETE /v1/apps/your-app-name'));
    expect(response).toBeProblem('wrong_state');
    expect(response.body.detail).toContain('Destroy these databases first');
  });

  it('is refused for a key that a database uses', async () => {
    const { key } = await aServingDatabase(platform, { key: await platform.keyOfCustomer() });
    const response = await unchanged(() => platform.ask(`DELETE /v1/keys/${key?.id}`));

    expect(response).toBeProblem('key_in_use');
    expect(response.body).toMatchObject({ databases: 1, detail: expect.stringContaining('Destroy them first') });
  });

  it.each(['databases/nobody', 'apps/nobody', 'keys/nobody', 'tokens/tok_00000000000000000000000000'])(
    'is not_found for %s, which is not there',
    async (path) => {
      const response = await unchanged(() => platform.ask(`DELETE /v1/${path}`, { token: platform.tokens.adminToken }));
      expect(response).toBeProblem('not_found');
    },
  );

  it('is invalid_request for a token’s name: it goes by its id', async () => {
    const response = await unchanged(() =>
      platform.ask('DELETE /v1/tokens/nobody', { token: platform.tokens.adminToken }),
    );

    expect(response).toBeProblem('invalid_request');
    expect(response.body.detail).toContain('begins with tok_');
  });
});

describe('a body that can’t be read', () => {
  const json = { 'content-type': 'application/json' };
  it.each([
    ['broken JSON', { raw: '{"name":', headers: json }, 'invalid_request', 'not JSON'],
    [
      'another content type',
      { raw: '{}', headers: { 'content-type': 'text/plain' } },
      'unsupported_media_type',
      'Content-Type: application/json',
    ],
    ['1 MB', { raw: `{"name":"${'x'.repeat(2 ** 20)}"}`, headers: json }, 'payload_too_large', '256 KiB'],
    ['a list', { body: [] }, 'invalid_request', '/v1/openapi.json'],
    [
      'an unknown member',
      { body: { name: 'fine', admins: ['a@example.com'], colour: 'red' } },
      'invalid_request',
      'colour',
    ],
    ['no admins', { body: { name: 'fine', admins: [] } }, 'invalid_request', '/admins'],
  ] as const)('%s', async (...[, ask, code, detail]) => {
    const response = await unchanged(() => platform.ask('POST /v1/apps', ask));
    expect(response).toBeProblem(code);
    expect(response.body.detail).toContain(detail);
  });
});

describe('a cursor that no page gave', () => {
  it.each([
    '/v1/databases',
    '/v1/keys',
    '/v1/apps',
    '/v1/spaces',
    '/v1/lockouts',
    '/v1/timeline',
    '/v1/apps/your-app-name/releases',
  ])('is refused on %s', async (path) => {
    for (const cursor of ['nonsense', Buffer.from('TOKEN#tok_1').toString('base64url')]) {
      const response = await platform.ask(`GET ${path}?cursor=${cursor}`);
      expect(response).toBeProblem('invalid_request');
      expect(response.body.detail).toContain('Start again without one');
    }
  });

  it('is refused on a key’s grants', async () => {
    const { body } = await platform.ask('POST /v1/keys', { body: { arn: await platform.keyOfCustomer() } });
    expect(await platform.ask(`GET /v1/keys/${body.id}/grants?cursor=nonsense`)).toBeProblem('invalid_request');
  });
});
