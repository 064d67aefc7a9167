/** Expiry and last use of tokens. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';

interface TokenResponse {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

const admin = () => ({ token: platform.tokens.adminToken });
const make = async (body: object = {}): Promise<TokenResponse> =>
  (
    await platform.ask<TokenResponse>('POST /v1/tokens', {
      ...admin(),
      body: { name: 'short-lived', scopes: ['read'], ...body },
    })
  ).body;
const listed = async (id: string): Promise<TokenResponse | undefined> =>
  (await platform.ask<{ items: TokenResponse[] }>('GET /v1/tokens', admin())).body.items.find((each) => each.id === id);

describe('a token', () => {
  it('opens nothing from its expiry on', async () => {
    const { id, token } = await make({ expiresAt: new Date(Date.now() + 5000).toISOString() });
    expect((await listed(id))?.expiresAt).not.toBeNull();
    expect((await platform.ask('GET /v1/apps', { token })).status).toBe(200);

    const refused = await until('the token expires', async () => {
      const response = await platform.ask('GET /v1/apps', { token });
      return response.status !== 200 && response;
    });
    expect(refused).toBeProblem('unauthenticated');
  });

  it('shows when it was last used, and is rotated by creating another and revoking it', async () => {
    const old = await make();
    expect(old.lastUsedAt).toBeNull();
    expect((await platform.ask('GET /v1/apps', { token: old.token })).status).toBe(200);

    const used = (await listed(old.id))?.lastUsedAt ?? '';
    expect(Math.abs(Date.now() - Date.parse(used))).toBeLessThan(60_000);

    const fresh = await make();
    expect((await platform.ask('GET /v1/apps', { token: fresh.token })).status).toBe(200);
    expect((await platform.ask(`DELETE /v1/tokens/${old.id}`, admin())).status).toBe(204);
    expect(await platform.ask('GET /v1/apps', { token: old.token })).toBeProblem('unauthenticated');
    expect(await listed(old.id)).toBeUndefined();
  });

  it('is not made with an expiry that is past', async () => {
    const body = { name: 'late', scopes: ['read'], expiresAt: new Date(Date.now() - 1000).toISOString() };
    expect(await platform.ask('POST /v1/tokens', { ...admin(), body })).toBeProblem('invalid_request');
  });
});
