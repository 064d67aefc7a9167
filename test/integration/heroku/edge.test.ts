/** Authorisation and response headers of the Heroku CLI's API. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { overHttp } from '#local/test-support/http.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';

interface Addon {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly config_vars: readonly string[];
}

let platform: Platform;
let arn: string;
beforeAll(async () => {
  platform = await aPlatform();
  arn = await platform.keyOfCustomer();
});
afterAll(() => platform.close());

const heroku = async <T = Record<string, unknown>>(
  line: string,
  ask: { body?: unknown; token?: string | null; headers?: Record<string, string> } = {},
) => overHttp(platform.cloud.urls.api)<T>(line, { token: platform.tokens.teamToken, ...ask });

/** An existing add-on, found with the CLI's API only. */
async function anAddon(name: string, app = 'your-app-name'): Promise<Addon> {
  const body = { attachment: {}, config: { 'encryption-key': arn }, name, plan: { name: 'heroku-redis:private-7' } };
  const { status } = await heroku(`POST /apps/${app}/addons`, { body });
  expect(status).toBe(201);
  return until('the add-on', async () => {
    const { body: addon } = await heroku<Addon>(`GET /apps/${app}/addons/${name}`);
    return addon.state === 'provisioned' && addon;
  });
}

describe('a caller', () => {
  it.each(['', 'undefined', 'me@example.com'])('may send the token as the password of "%s"', async (user) => {
    const authorization = `Basic ${Buffer.from(`${user}:${platform.tokens.teamToken}`).toString('base64')}`;
    const { status, body } = await heroku('GET /account', { token: null, headers: { authorization } });
    expect([status, body.email]).toEqual([200, 'admin@example.com']);
  });

  it.each([
    ['no token', {}],
    ['Bearer undefined', { authorization: 'Bearer undefined' }],
    ['an unknown token', { authorization: 'Bearer latchkey_x' }],
    ['an unknown password', { authorization: `Basic ${Buffer.from(':latchkey_x').toString('base64')}` }],
  ])('is refused with %s', async (_, headers: Record<string, string>) => {
    const { status, body } = await heroku('GET /apps', { token: null, headers });

    expect([status, body.id]).toEqual([401, 'unauthenticated']);
    expect(body.message).toBeTruthy();
  });

  it('sees nothing of another team, by name or by id', async () => {
    const addon = await anAddon('private-matter');
    const { body } = await heroku<{ token: string }>('POST /v1/tokens', {
      token: platform.tokens.adminToken,
      body: { name: 'globex', team: 'globex' },
    });

    for (const path of [
      `/addons/${addon.id}`,
      '/addons/private-matter',
      '/apps/your-app-name',
      `/redis/v0/databases/${addon.id}`,
      '/data/maintenances/v1/private-matter',
    ]) {
      expect((await heroku(`GET ${path}`, { token: body.token })).status).toBe(404);
    }
    expect((await heroku('GET /addons', { token: body.token })).body).toEqual([]);

    const resolved = await heroku('POST /actions/addons/resolve', {
      token: body.token,
      body: { addon: 'heroku-redis' },
    });
    expect([resolved.status, resolved.body.resource]).toEqual([404, 'add_on']);
  });

  it('needs the scope to write, to change anything and to see a secret', async () => {
    const { body } = await heroku<{ token: string }>('POST /v1/tokens', {
      token: platform.tokens.adminToken,
      body: { name: 'reader', scopes: ['read'] },
    });
    const token = body.token;

    expect((await heroku('GET /addons', { token })).status).toBe(200);
    for (const line of [
      'GET /apps/your-app-name/config-vars',
      'DELETE /apps/your-app-name/dynos',
      'GET /redis/v0/databases/private-matter',
    ]) {
      const refused = await heroku(line, { token });
      expect([refused.status, refused.body.id]).toEqual([403, 'forbidden']);
    }
  });
});

describe('a response', () => {
  it('is JSON, never compressed, and never cached, whatever the client would take', async () => {
    const { headers } = await heroku('GET /apps', { headers: { 'accept-encoding': 'gzip, br' } });

    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('content-encoding')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('next-range')).toBeNull();
  });

  it('comes to a request whose headers have grown to 8 KB', async () => {
    const ids = Array.from({ length: 200 }, () => crypto.randomUUID()).join(',');
    expect(ids.length).toBeGreaterThan(7000);
    expect((await heroku('GET /account', { headers: { 'request-id': ids } })).status).toBe(200);
  });

  it('to an unknown request is a sentence', async () => {
    const bad = await heroku('POST /apps/your-app-name/addons', { body: { plan: 7 } });
    expect([bad.status, bad.body.id]).toEqual([422, 'invalid_request']);
    expect(bad.body.message).toBe('/plan: A plan is given by its name, as in heroku-redis:private-7.');

    const attachment = await heroku('POST /addon-attachments', { body: { app: 5 } });
    expect(attachment.body.message).toBe('/addon: A name or an id; /app: A name or an id.');

    const broken = await overHttp(platform.cloud.urls.api)('POST /addon-attachments', {
      token: platform.tokens.teamToken,
      raw: '{',
    });
    expect([broken.status, broken.body.message]).toEqual([422, 'The body is not JSON.']);
  });

  it('returns as many releases as the range requests', async () => {
    for (const value of ['1', '2', '3'])
      await heroku('PATCH /apps/example-app/config-vars', { body: { COUNT: value } });
    const { body } = await heroku<{ version: number }[]>('GET /apps/example-app/releases', {
      headers: { range: 'version ..; max=2, order=desc' },
    });

    expect(body.map(({ version }) => version)).toEqual([4, 3]);
  });
});

describe('a database', () => {
  it('gets another password, and its app another URL', async () => {
    const { id } = await anAddon('rotated');
    const [name = ''] = (await heroku<Addon>('GET /apps/your-app-name/addons/rotated')).body.config_vars;
    const urlOf = async () => (await heroku<Record<string, string>>('GET /apps/your-app-name/config-vars')).body[name];
    const before = await urlOf();

    const { status } = await heroku(`POST /redis/v0/databases/${id}/credentials_rotation`, { body: {} });

    expect(status).toBe(200);
    expect(await urlOf()).toMatch(/^rediss:/);
    expect(await urlOf()).not.toBe(before);
  });
});

describe('names and ids', () => {
  it('serve alike in every path', async () => {
    const addon = await anAddon('either-way');
    const { body: app } = await heroku<{ id: string }>('GET /apps/your-app-name');

    for (const appWord of ['your-app-name', app.id]) {
      for (const addonWord of ['either-way', addon.id]) {
        const { status, body } = await heroku<Addon>(`GET /apps/${appWord}/addons/${addonWord}`);
        expect([status, body.id]).toEqual([200, addon.id]);
      }
    }

    const { body: history } = await heroku<{ maintenances: unknown[] }>(
      `GET /data/maintenances/v1/${addon.id}/history/?limit=5`,
    );
    expect(history.maintenances).toEqual([]);
  });

  it('of attachments come back from a listing', async () => {
    const addon = await anAddon('listed', 'example-app');
    const { body } = await heroku<{ id: string; name: string; addon: { id: string } }[]>('GET /addon-attachments');
    const own = body.find((attachment) => attachment.addon.id === addon.id);

    expect(own?.name).toBe('REDIS');
    expect((await heroku(`DELETE /addon-attachments/${own?.id}`)).status).toBe(200);
    expect((await heroku<Addon>('GET /apps/example-app/addons/listed')).body.config_vars).toEqual([]);
    expect((await heroku('DELETE /addon-attachments/nothing')).body.resource).toBe('add_on attachment');
  });
});

describe('the log', () => {
  it('has no password of a fork, and no token', async () => {
    const secret = 'p0123456789abcdefsecret';
    const body = {
      plan: { name: 'heroku-redis:private-7' },
      config: { 'encryption-key': arn, fork: `redis://h:${secret}@127.0.0.1:1` },
    };

    expect((await heroku('POST /apps/your-app-name/addons', { body })).status).toBe(404);

    await until('a log line', () => platform.logged.some((line) => line.includes('POST /apps/{app}/addons')));
    expect(platform.logged.join('')).not.toContain(secret);
    expect(platform.logged.join('')).not.toContain(platform.tokens.teamToken);
  });
});

describe('an app that goes', () => {
  it('leaves no add-on without an app, and one that another app uses can still be changed and destroyed', async () => {
    await heroku('POST /apps', { body: { name: 'going', space: 'acme-private' } });
    const { id } = await anAddon('staying', 'going');
    const { body: app } = await heroku<{ id: string }>('GET /apps/going');
    await heroku(`DELETE /addon-attachments/${app.id}::REDIS`);
    const refused = await heroku('DELETE /apps/going');
    expect([refused.status, refused.body.message]).toEqual([409, expect.stringContaining('staying')]);

    const attached = await heroku('POST /addon-attachments', { body: { addon: 'staying', app: 'example-app' } });
    expect([attached.status, (await heroku('DELETE /apps/going')).status]).toEqual([201, 200]);
    const changed = await heroku('PATCH /apps/going/addons/staying', {
      body: { plan: { name: 'heroku-redis:private-9' } },
    });
    expect(changed.status).toBe(200);
    const destroyed = await heroku<Addon>(`DELETE /apps/${app.id}/addons/${id}`, { body: { force: false } });
    expect([destroyed.status, destroyed.body.state]).toEqual([202, 'deprovisioning']);
    await until('it is gone', async () => (await heroku(`GET /addons/${id}`)).status === 404);
  });
});
