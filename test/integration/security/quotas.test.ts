/** Limits of a team on what it creates. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Quota } from '#lib/model/items/quotas.ts';
import { quotaStore } from '#lib/store/quotas.ts';
import '#test/support/matchers.ts';
import type { ApiResponse, RequestOptions } from '#local/test-support/http.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';

let platform: Platform;
let admin: RequestOptions;
beforeAll(async () => {
  platform = await aPlatform();
  admin = { token: platform.tokens.adminToken };
});
afterAll(() => platform.close());

const used = async (quota: Quota) => (await quotaStore().usageOf(platform.teamId))[quota].used;
/** Creates this many more. */
const allow = async (quota: Quota, more: number) =>
  quotaStore().limitQuota(platform.teamId, quota, (await used(quota)) + more);
const listed = async (path: string) =>
  (await platform.ask<{ items: unknown[] }>(`GET ${path}?limit=100`, admin)).body.items.length;
const tokens = async () => (await platform.ask<{ items: unknown[] }>('GET /v1/tokens', admin)).body.items.length;
const statuses = (responses: readonly ApiResponse[]) => responses.map(({ status }) => status).sort();

const makeApp = (name: string) => platform.ask('POST /v1/apps', { body: { name, admins: ['admin@example.com'] } });
const makeToken = (by = platform.tokens.adminToken) =>
  platform.ask<{ id: string; token: string }>('POST /v1/tokens', {
    token: by,
    body: { name: 'counted', scopes: ['admin'] },
  });

describe('a limit of a team', () => {
  it('is known from the first thing on', async () => {
    expect([await used('spaces'), await used('apps'), await used('tokens')]).toEqual([1, 2, 2]);
  });

  it('holds for concurrent requests, and the response states the remedy', async () => {
    await allow('apps', 3);
    const responses = await Promise.all(Array.from({ length: 8 }, (_, index) => makeApp(`at-once-${index}`)));

    expect(statuses(responses)).toEqual([201, 201, 201, 403, 403, 403, 403, 403]);

    const refused = responses.find(({ status }) => status === 403);
    expect(refused).toBeProblem('quota_exceeded');
    expect(refused?.body).toMatchObject({ quota: 'apps', detail: expect.stringContaining('ask the operator') });
    expect(await used('apps')).toBe(await listed('/v1/apps'));
  });

  it('counts no refused request, and counts each removal once', async () => {
    const before = await used('apps');
    await allow('apps', 2);

    expect(await makeApp('at-once-0-twin')).toMatchObject({ status: 201 });
    expect(await makeApp('at-once-0-twin')).toBeProblem('name_taken');
    expect(await used('apps')).toBe(before + 1);

    const removals = await Promise.all([1, 2, 3].map(() => platform.ask('DELETE /v1/apps/at-once-0-twin')));
    expect(statuses(removals).filter((status) => status === 204)).toHaveLength(1);
    expect(await used('apps')).toBe(before);
    expect(await used('apps')).toBe(await listed('/v1/apps'));
  });

  it('is one for both surfaces', async () => {
    await allow('apps', 0);
    const { status, body } = await platform.ask('POST /apps', { body: { name: 'by-the-cli' } });
    expect([status, body.id]).toEqual([403, 'quota_exceeded']);
  });

  it('counts a tree of tokens down when it is revoked, though two revoke it at once', async () => {
    await allow('tokens', 30);
    const { body: root } = await makeToken();

    await Promise.all(Array.from({ length: 5 }, () => makeToken(root.token)));

    expect(await used('tokens')).toBe(await tokens());

    await Promise.all([1, 2].map(() => platform.ask(`DELETE /v1/tokens/${root.id}`, admin)));
    expect(await used('tokens')).toBe(await tokens());

    await allow('tokens', 0);
    expect(await makeToken()).toBeProblem('quota_exceeded');

    await allow('tokens', 10);
    expect((await makeToken()).status).toBe(201);
  });

  it('of keys and spaces holds, too, and one team uses up nothing of another', async () => {
    await allow('spaces', 0);
    expect(await platform.ask('POST /v1/spaces', { body: { name: 'one-more' } })).toBeProblem('quota_exceeded');

    await allow('keys', 1);
    const arns = [await platform.keyOfCustomer(), await platform.keyOfCustomer()];

    expect((await platform.ask('POST /v1/keys', { body: { arn: arns[0] } })).status).toBe(201);
    expect(await platform.ask('POST /v1/keys', { body: { arn: arns[1] } })).toBeProblem('quota_exceeded');

    const { body: other } = await platform.ask('POST /v1/tokens', {
      ...admin,
      body: { name: 'other', scopes: ['write'], team: 'other' },
    });
    expect(
      (await platform.ask('POST /v1/spaces', { token: String(other.token), body: { name: 'one-more' } })).status,
    ).toBe(201);
  });

  it('of databases holds before anything is made', async () => {
    await allow('databases', 0);
    const body = { name: 'one-too-many', plan: 'private-7', app: 'your-app-name' };

    expect(await platform.ask('POST /v1/databases', { body })).toBeProblem('quota_exceeded');
    expect((await platform.ask('GET /v1/databases/one-too-many')).status).toBe(404);
  });
});
