/** Tokens that create tokens, under the authorizer's cache. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { overHttp, type SendRequest } from '#local/test-support/http.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';

/** Over HTTP and at AWS's own speed, so that API Gateway caches the authorizer's result for a minute. */
let platform: Platform;
let ask: SendRequest;
beforeAll(async () => {
  platform = await aPlatform({ speed: 1 });
  ask = overHttp(platform.cloud.urls.api);
});
afterAll(() => platform.close());

interface Made {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: string | null;
  readonly madeBy: string | null;
}

const make = (by: string, body: object = {}) =>
  ask<Made>('POST /v1/tokens', { token: by, body: { name: 'made', scopes: ['admin'], ...body } });
const made = async (by: string, body: object = {}): Promise<Made> => {
  const { status, body: response } = await make(by, body);
  expect(status).toBe(201);
  return response;
};
const revoke = (id: string) => ask(`DELETE /v1/tokens/${id}`, { token: platform.tokens.adminToken });
const statusWith = async (token: string): Promise<number> => (await ask('GET /v1/apps', { token })).status;

describe('under the cache of the authorizer', () => {
  it('a revoked token reads for up to a minute, as on AWS, and makes no successor', async () => {
    const stolen = await made(platform.tokens.adminToken);

    expect(await statusWith(stolen.token)).toBe(200);
    expect((await revoke(stolen.id)).status).toBe(204);
    expect(await statusWith(stolen.token)).toBe(200);
    expect(await make(stolen.token)).toBeProblem('unauthenticated');
    expect(await ask('GET /v1/tokens', { token: stolen.token })).toBeProblem('unauthenticated');
    expect(await ask(`DELETE /v1/tokens/${stolen.id}`, { token: stolen.token })).toBeProblem('unauthenticated');
  });

  it('an expiring token makes none that outlives it', async () => {
    const expiresAt = new Date(Date.now() + 3000).toISOString();
    const short = await made(platform.tokens.adminToken, { expiresAt });

    const child = await made(short.token);

    expect([child.expiresAt, child.madeBy]).toEqual([expiresAt, short.id]);
    expect(await make(short.token, { expiresAt: new Date(Date.now() + 60_000).toISOString() })).toBeProblem(
      'invalid_request',
    );

    await new Promise((resolve) => setTimeout(resolve, Date.parse(expiresAt) - Date.now() + 10));
    for (const { token } of [short, child]) expect(await make(token)).toBeProblem('unauthenticated');
  });

  it('what a revoked token made goes with it, to the last', async () => {
    const stolen = await made(platform.tokens.adminToken);
    const child = await made(stolen.token);

    const grandchild = await made(child.token);

    expect((await revoke(stolen.id)).status).toBe(204);
    for (const { token } of [child, grandchild]) {
      expect(await platform.ask('GET /v1/apps', { token })).toBeProblem('unauthenticated');
      expect(await make(token)).toBeProblem('unauthenticated');
    }

    const listed = (await ask<{ items: Made[] }>('GET /v1/tokens', { token: platform.tokens.adminToken })).body.items;
    expect(listed.filter(({ id }) => [stolen.id, child.id, grandchild.id].includes(id))).toEqual([]);
  });

  it('revoking a token while it makes others leaves none that opens anything', async () => {
    for (let round = 0; round < 4; round++) {
      const stolen = await made(platform.tokens.adminToken);
      const [, ...responses] = await Promise.all([
        revoke(stolen.id),
        ...Array.from({ length: 6 }, () => make(stolen.token)),
      ]);
      for (const { status, body } of responses) {
        expect([201, 401]).toContain(status);
        if (status === 201) expect(await statusWith(body.token)).toBe(401);
      }
    }
  });
});
