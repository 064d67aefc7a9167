/**
 * Databases use TLS, and clients verify them by the authority that the API returns, with real clients and verification
 * on.
 */
import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'redis';
import '#test/support/matchers.ts';
import { createAuthority } from '#lib/certificates/certificate.ts';
import { authorityFile } from '#local/authority.ts';
import { processFleet } from '#local/process-fleet.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { configVars } from './fork-world.ts';
import { aServingDatabase, type DatabaseResponse, inStatus, urlsOf, withRedis } from './preconditions.ts';

const run = promisify(execFile);

let platform: Platform;
let database: DatabaseResponse;
let authority: string;
beforeAll(async () => {
  platform = await aPlatform();
  database = await aServingDatabase(platform, { key: await platform.keyOfCustomer(), name: 'orders' });
  authority = (await platform.ask<{ certificate: string }>('GET /v1/certificate-authority', { token: null })).body
    .certificate;
});
afterAll(() => platform.close());

const stranger = createAuthority('Another authority', new Date()).certificate;

describe('GET /v1/certificate-authority', () => {
  it('returns the certificate of the state folder to any caller, with its fingerprint', async () => {
    const { status, body } = await platform.ask('GET /v1/certificate-authority', { token: null });

    const { raw, validTo, ca } = new X509Certificate(authority);
    const sha256 = createHash('sha256').update(raw).digest('hex');
    expect({ status, body }).toEqual({
      status: 200,
      body: { certificate: authority, sha256, validUntil: new Date(validTo).toISOString() },
    });
    expect(ca).toBe(true);
    expect(readFileSync(authorityFile(platform.cloud.dir), 'utf8')).toBe(authority);
  });

  it('creates the authority at the first request if the fleet has none, as on EC2, and returns it again', async () => {
    const fleet = processFleet();
    const { certificateAuthority } = fleet;
    Object.assign(fleet, { certificateAuthority: async () => null });
    const request = { token: platform.tokens.adminToken, body: { name: 'certificates', scopes: ['read'] } };
    const { status, body } = await platform.ask<{ token: string }>('POST /v1/tokens', request);
    expect(status).toBe(201);
    const get = () => platform.ask<{ certificate: string }>('GET /v1/certificate-authority', { token: body.token });

    const [first, second] = [await get(), await get()];
    Object.assign(fleet, { certificateAuthority });

    expect(first.status).toBe(200);
    expect(new X509Certificate(first.body.certificate).ca).toBe(true);
    expect(first.body.certificate).not.toBe(authority);
    expect(second.body).toEqual(first.body);
  });
});

describe('the URLs of a database', () => {
  it('are rediss:// everywhere: credentials, and the config var of its app', async () => {
    const { url, tlsUrl } = await urlsOf(platform, database.id);

    expect(url).toMatch(/^rediss:\/\/default:[^@]+@127\.0\.0\.1:\d+$/);
    expect(tlsUrl).toBe(url);
    expect((await configVars(platform)).REDIS_URL).toBe(url);
  });

  it('are plaintext only for a common plan with allowPlaintext', async () => {
    const plain = { plan: 'premium-0', app: 'your-app-name', allowPlaintext: true };
    const { body } = await platform.ask<DatabaseResponse>('POST /v1/databases', { body: plain });
    expect((await inStatus(platform, body.id, 'available')).allowPlaintext).toBe(true);

    const { url, tlsUrl } = await urlsOf(platform, body.id);

    expect([url.split(':')[0], tlsUrl.split(':')[0]]).toEqual(['redis', 'rediss']);
    for (const each of [url, tlsUrl]) expect(await withRedis(each, (redis) => redis.ping())).toBe('PONG');
    expect(await platform.ask(`PATCH /v1/databases/${body.id}/plan`, { body: { plan: 'private-7' } })).toBeProblem(
      'plan_unsupported',
    );
  });

  it.each(['private-7', 'shield-7'])('are never plain on %s', async (plan) => {
    const body = { plan, app: 'your-app-name', allowPlaintext: true };
    expect(await platform.ask('POST /v1/databases', { body })).toBeProblem('plan_unsupported');
  });
});

describe('a client that verifies the server', () => {
  const url = async (host = '127.0.0.1') => (await urlsOf(platform, database.id)).url.replace('127.0.0.1', host);
  const byNodeRedis = async (ca: string, host?: string) => {
    const client = createClient({ url: await url(host), socket: { tls: true, ca, reconnectStrategy: false } });
    client.on('error', () => undefined);
    await client.connect();
    const said = await client.ping();
    client.destroy();
    return said;
  };

  it.each(['127.0.0.1', 'localhost'])('is served as %s, by ioredis and node-redis', async (host) => {
    expect(await withRedis(await url(host), (redis) => redis.ping(), { tls: { ca: authority } })).toBe('PONG');
    expect(await byNodeRedis(authority, host)).toBe('PONG');
  });

  it('is served by redis-cli', async () => {
    const { stdout } = await run('redis-cli', [
      '--no-auth-warning',
      '--cacert',
      authorityFile(platform.cloud.dir),
      '-u',
      await url(),
      'PING',
    ]);

    expect(stdout.trim()).toBe('PONG');
  });

  it('refuses a server of another authority', async () => {
    await expect(withRedis(await url(), (redis) => redis.ping(), { tls: { ca: stranger } })).rejects.toThrow();
    await expect(byNodeRedis(stranger)).rejects.toThrow();
  });

  it('refuses a name that the certificate does not have', async () => {
    await expect(byNodeRedis(authority, '127.0.0.2')).rejects.toThrow();
  });
});
