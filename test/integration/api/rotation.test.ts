/** Rotating a database's credentials. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { Redis } from 'ioredis';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import { aFollowedLeader, configVars } from './fork-world.ts';
import { aServingDatabase, type DatabaseResponse, rowOf, urlsOf, withRedis } from './preconditions.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

const rotate = (id: string) => platform.ask<DatabaseResponse>(`POST /v1/databases/${id}/credentials/rotation`);
const rotated = (id: string) => until('rotated', async () => !(await rowOf(platform, id)).rotating);

describe('a rotation of credentials', () => {
  it('sets a new password, refuses the old one, closes its connections, and restarts the app', async () => {
    const database = await aServingDatabase(platform, { key: await platform.keyOfCustomer(), name: 'turning' });
    const before = (await urlsOf(platform, database.id)).url;
    const logged = new Redis(before, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
    logged.on('error', () => undefined);
    await logged.set('kept', 'yes');
    const response = await rotate(database.id);
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/v1/databases/${database.id}`);
    await rotated(database.id);

    await until('the old connection is cut', () => logged.status === 'end');
    await expect(withRedis(before, (redis) => redis.ping())).rejects.toThrow(/WRONGPASS|closed/);
    const after = (await urlsOf(platform, database.id)).url;
    expect(after).not.toBe(before);
    expect(await withRedis(after, (redis) => redis.get('kept'))).toBe('yes');
    expect(Object.values(await configVars(platform))).toContain(after);
    const types = () =>
      platform.entries().then((entries) => entries.map(({ type, data }) => `${type} ${data.release ?? data.name}`));
    const { body: app } = await platform.ask<{ release: number }>('GET /v1/apps/your-app-name');
    await until('restarted', async () => (await types()).includes(`AppRestartRequested ${app.release}`));
    expect(await types()).toEqual(
      expect.arrayContaining(['CredentialsRotating turning', 'CredentialsRotated turning']),
    );
    expect(platform.published.join()).not.toContain(new URL(after).password);
  });

  it('of a leader does not keep its follower from following', async () => {
    const { leader, fork } = await aFollowedLeader(platform);
    await rotate(leader.id);
    await rotated(leader.id);
    await withRedis((await urlsOf(platform, leader.id)).url, (redis) => redis.set('after', 'the rotation'));
    await until(
      'it arrives',
      async () => (await withRedis((await urlsOf(platform, fork.id)).url, (redis) => redis.get('after'))) !== null,
    );
  });

  it('is refused while the database is being created, and for an unknown database', async () => {
    const { body } = await platform.ask<DatabaseResponse>('POST /v1/databases', {
      body: { plan: 'private-7', app: 'your-app-name' },
    });

    expect(await rotate(body.id)).toBeProblem('wrong_state');
    expect(await rotate('no-such-database')).toBeProblem('not_found');
  });
});
