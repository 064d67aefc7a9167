/** Tokens: storage, scopes and revocation, over the API. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { secretHash } from '#lib/model/team.ts';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

interface Made {
  readonly id: string;
  readonly token: string;
}
const make = async (body: object): Promise<Made> =>
  (await platform.ask<Made>('POST /v1/tokens', { token: platform.tokens.adminToken, body: { name: 'test', ...body } }))
    .body;
const everyRow = async (): Promise<string> =>
  JSON.stringify(
    await platform.aws(platform.cloud.dynamodb, 'Scan', { TableName: platform.cloud.environment.TABLE_NAME }),
  );

describe('a token', () => {
  it('is in the table by its hash only', async () => {
    const { token, id } = await make({ scopes: ['read'] });
    const rows = await everyRow();

    expect(rows).not.toContain(token);
    expect(rows).toContain(secretHash(token));

    const listed = await platform.ask('GET /v1/tokens', { token: platform.tokens.adminToken });
    expect(JSON.stringify(listed.body)).toContain(id);
    expect(JSON.stringify(listed.body)).not.toContain(secretHash(token));
    expect(await platform.entries()).toHaveRecorded('TokenCreated');
  });

  it('opens nothing from the moment it is revoked', async () => {
    const { token, id } = await make({ scopes: ['read'] });
    expect((await platform.ask('GET /v1/apps', { token })).status).toBe(200);
    expect((await platform.ask(`DELETE /v1/tokens/${id}`, { token: platform.tokens.adminToken })).status).toBe(204);

    const response = await platform.ask('GET /v1/apps', { token });
    expect(response).toBeProblem('unauthenticated');
    expect(response.body.detail).toContain('Authorization: Bearer');
    expect(await platform.entries()).toHaveRecorded('TokenRevoked');
  });

  it('that is missing, unknown, revoked or malformed gets the same response', async () => {
    const { token, id } = await make({ scopes: ['read'] });
    await platform.ask(`DELETE /v1/tokens/${id}`, { token: platform.tokens.adminToken });

    const responses = await Promise.all(
      [null, 'latchkey_wrong', token, 'with blanks'].map((each) => platform.ask('GET /v1/databases', { token: each })),
    );

    for (const response of responses) {
      expect(response).toBeProblem('unauthenticated');
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="latchkey"');
    }
    expect(new Set(responses.map(({ body }) => body.detail)).size).toBe(1);
  });

  it('does what its scope includes and no more, and the response names the scope', async () => {
    const { token } = await make({ scopes: ['read'] });
    const before = (await platform.entriesOfRequests()).length;

    const write = await platform.ask('POST /v1/apps', {
      token,
      body: { name: 'forbidden-app', admins: ['a@example.com'] },
    });

    expect(write).toBeProblem('forbidden');
    expect(write.body).toMatchObject({
      needed: 'write',
      detail: expect.stringContaining('scope write; yours has read'),
    });
    for (const line of ['GET /v1/tokens', 'DELETE /v1/tokens/tok_1'])
      expect(await platform.ask(line, { token })).toBeProblem('forbidden');
    expect(await platform.ask('GET /v1/tokens')).toBeProblem('forbidden');
    expect(await platform.entriesOfRequests()).toHaveLength(before);
  });

  it('of a team’s admin makes tokens for its own team only', async () => {
    const { token } = await make({ scopes: ['admin'], team: 'globex' });
    const refused = await platform.ask('POST /v1/tokens', { token, body: { name: 'more', team: 'acme' } });

    expect(refused).toBeProblem('forbidden');
    expect(refused.body.detail).toContain('Omit `team`');

    const own = await platform.ask<Made>('POST /v1/tokens', { token, body: { name: 'more' } });
    expect(own.status).toBe(201);
    expect((await platform.ask<{ items: unknown[] }>('GET /v1/apps', { token: own.body.token })).body.items).toEqual(
      [],
    );
  });
});

describe('another team', () => {
  it('finds nothing of this one: not_found for each, as if it were not there', async () => {
    const { token } = await make({ scopes: ['read', 'write'], team: 'initech' });
    const { body: key } = await platform.ask('POST /v1/keys', { body: { arn: await platform.keyOfCustomer() } });

    const { body: app } = await platform.ask('GET /v1/apps/your-app-name');

    for (const path of [
      `keys/${key.id}`,
      `keys/${key.id}/grants`,
      `apps/${app.id}`,
      `apps/${app.id}/releases`,
      'apps/your-app-name/config-vars',
    ]) {
      const [foreign, absent] = [
        await platform.ask(`GET /v1/${path}`, { token }),
        await platform.ask(`GET /v1/${path.replace(/_\w{26}/, '_00000000000000000000000000')}`, { token }),
      ];
      expect(foreign).toBeProblem('not_found');
      expect(Object.keys(foreign.body)).toEqual(Object.keys(absent.body));
    }
    expect(await platform.ask(`POST /v1/keys/${key.id}/checks`, { token })).toBeProblem('not_found');
    expect(await platform.ask(`DELETE /v1/apps/${app.id}`, { token })).toBeProblem('not_found');
    expect((await platform.ask('GET /v1/apps/your-app-name')).status).toBe(200);
  });

  it('may use the same names', async () => {
    const { token } = await make({ scopes: ['write'], team: 'umbrella' });
    const made = await platform.ask('POST /v1/apps', {
      token,
      body: { name: 'your-app-name', admins: ['u@example.com'] },
    });

    expect(made.status).toBe(201);
  });
});
