/** Renaming a database. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { aFollowedLeader } from './fork-world.ts';
import { aServingDatabase, type DatabaseResponse, urlsOf } from './preconditions.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

const rename = (database: string, name: unknown) =>
  platform.ask<DatabaseResponse>(`PATCH /v1/databases/${database}`, { body: { name } });

describe('a database that is renamed', () => {
  it('is found by its new name only, at the same address, and its old name is free', async () => {
    const database = await aServingDatabase(platform, { name: 'before' });
    const { url } = await urlsOf(platform, database.id);

    expect((await rename('before', 'after')).body).toMatchObject({ id: database.id, name: 'after' });
    expect(await platform.ask('GET /v1/databases/before')).toBeProblem('not_found');
    expect((await urlsOf(platform, 'after')).url).toBe(url);
    expect((await rename('after', 'after')).status).toBe(200);

    await aServingDatabase(platform, { name: 'before' });
    expect((await platform.entries()).filter(({ type }) => type === 'DatabaseRenamed').map(({ data }) => data)).toEqual(
      [{ from: 'before', to: 'after' }],
    );
  });

  it('shows its new name to its follower', async () => {
    const { leader, fork } = await aFollowedLeader(platform);
    await rename(leader.id, 'renamed-leader');

    expect((await platform.ask<DatabaseResponse>(`GET /v1/databases/${fork.id}`)).body.fork).toMatchObject({
      leader: 'renamed-leader',
    });
  });

  it('is not given a name that is in use, that is none, or while it is not there', async () => {
    const database = await aServingDatabase(platform, { name: 'one' });
    await aServingDatabase(platform, { name: 'two' });

    expect(await rename(database.id, 'two')).toBeProblem('name_taken');
    for (const name of ['', 'A', '1a', 'a'.repeat(64), 7, null])
      expect(await rename(database.id, name)).toBeProblem('invalid_request');
    expect(await rename('no-such-database', 'three')).toBeProblem('not_found');
  });
});
