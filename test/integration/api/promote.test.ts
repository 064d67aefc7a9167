/** Promotion of a follower under load, and promotions that are refused. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { newId } from '#lib/model/ids.ts';
import { issueToken } from '#lib/teams/tokens.ts';
import { committer } from '#lib/wiring/committer.ts';
import { liveTraffic, urlOfTheMoment } from '#local/demo/traffic.ts';
import { processFleet } from '#local/process-fleet.ts';
import { aPlatform, manyPorts, type Platform } from '#test/support/cloud.ts';
import { aFollowedLeader, aFork, caughtUp, configVars, lostIn, promote, settled } from './fork-world.ts';
import { aServingDatabase, type DatabaseResponse, inStatus, rowOf, urlsOf, withRedis } from './preconditions.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform({ databases: manyPorts });
});
afterAll(() => platform.close());

const entriesOf = async (id: string) =>
  (await platform.entries()).filter(({ subject }) => subject.databaseId === id).map(({ type }) => type);

describe('a follower that is promoted under load', () => {
  it('takes over with every acknowledged write, and the app has its URL', async () => {
    const { leader, fork } = await aFollowedLeader(platform);
    const before = await configVars(platform);
    const primary = before.REDIS_URL ?? '';
    const url = await urlOfTheMoment(async () => (await configVars(platform)).REDIS_URL);
    const writer = liveTraffic(url.now);
    const response = await promote(platform, fork.id);
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/v1/databases/${fork.id}`);
    const promoted = await settled(platform, fork.id);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await writer.stop();
    await url.end();

    expect(promoted).toMatchObject({ status: 'available', fork: null });
    expect(promoted.attachments).toContainEqual(expect.objectContaining({ name: 'REDIS', configVar: 'REDIS_URL' }));
    const after = await configVars(platform);
    expect(after.REDIS_URL).toBe((await urlsOf(platform, fork.id)).url);
    expect(Object.entries(after).find(([name, value]) => name !== 'REDIS_URL' && value === primary)?.[0]).toMatch(
      /^REDIS_[A-Z]+_URL$/,
    );
    expect(writer.acknowledged.length).toBeGreaterThan(200);
    expect(await lostIn(platform, fork.id, writer.acknowledged)).toEqual([]);
    process.stdout.write(
      `write gap of the promotion: ${Math.round(writer.gapMs())} ms, ${writer.acknowledged.length} writes ` +
        'acknowledged, 0 lost\n',
    );

    expect(await withRedis(primary, (redis) => redis.set('written to the old one', '1'))).toBe('OK');
    expect(await rowOf(platform, leader.id)).toMatchObject({ status: 'available', handoverTo: null });
    expect(await entriesOf(fork.id)).toEqual(
      expect.arrayContaining([
        'ForkStarted',
        'PromotionStarted',
        'FollowerPromoted',
        'AttachmentMoved',
        'DatabasePromoted',
      ]),
    );
    expect(await entriesOf(leader.id)).toEqual(expect.arrayContaining(['WritersRefused', 'WritersAdmitted']));
  });
});

describe('a promotion that must not be', () => {
  it('is refused until the follower has caught up, with how far it is', async () => {
    const { leader, fork } = await aFollowedLeader(platform);
    const { serverId } = await rowOf(platform, leader.id);
    const fleet = processFleet();
    await fleet.stopServices([serverId]);

    const response = await promote(platform, fork.id);

    expect(response).toBeProblem('wrong_state');
    expect(response.body).toMatchObject({ state: 'following', lagBytes: null, caughtUp: false });

    await fleet.startServices([serverId]);
    await caughtUp(platform, fork.id);

    expect(await rowOf(platform, fork.id)).not.toHaveProperty('promotion.stage');
  });

  it("is refused for another team's database and onto another team's app, as if there were none", async () => {
    const { fork } = await aFollowedLeader(platform);
    const team = { id: newId('team'), name: `strangers-${Date.now()}` };
    const actor = { kind: 'operator' as const, id: 'test' };
    const deps = { ...committer(), newId, now: () => new Date() };
    const { secret: token } = await issueToken(deps, {
      team,
      operator: false,
      actor,
      isNew: true,
      name: 'team',
      scopes: ['read', 'write'],
    });
    await platform.ask('POST /v1/apps', { token, body: { name: 'their-app', admins: ['s@example.com'] } });

    const theirs = await platform.ask(`POST /v1/databases/${fork.id}/promotion`, { token, body: { app: 'their-app' } });

    expect(theirs).toBeProblem('not_found');
    expect(await promote(platform, fork.id, 'their-app')).toBeProblem('not_found');
    expect(await promote(platform, 'no-such-database')).toBeProblem('not_found');
    expect(await platform.ask(`POST /v1/databases/${fork.id}/promotion`, { body: {} })).toBeProblem('invalid_request');
  });

  it('is refused of a shield plan onto an app in a common space', async () => {
    await platform.ask('POST /v1/spaces', { body: { name: 'shielded', tier: 'shield' } });
    await platform.ask('POST /v1/apps', {
      body: { name: 'shielded-app', space: 'shielded', admins: ['a@example.com'] },
    });
    await platform.ask('POST /v1/apps', { body: { name: 'common-app', admins: ['a@example.com'] } });
    const made = await platform.ask<DatabaseResponse>('POST /v1/databases', {
      body: { plan: 'shield-7', app: 'shielded-app' },
    });

    await inStatus(platform, made.body.id, 'available');

    expect(await promote(platform, made.body.id, 'common-app')).toBeProblem('plan_unsupported');

    const refused = await platform.ask('POST /v1/databases', { body: { plan: 'shield-7', app: 'common-app' } });
    expect(refused).toBeProblem('plan_unsupported');
  });

  it('is refused of one that is being created, and of two followers of one leader at once', async () => {
    const { leader, fork, key } = await aFollowedLeader(platform);
    const second = await caughtUp(
      platform,
      (await aFork(platform, { fork: leader.name, encryptionKey: key, name: 'second-of-two' })).id,
    );

    const responses = await Promise.all([promote(platform, fork.id), promote(platform, second.id)]);

    expect(responses.map(({ status }) => status).sort()).toEqual([202, 409]);

    await Promise.all([settled(platform, fork.id), settled(platform, second.id)]);
    const creating = await platform.ask<DatabaseResponse>('POST /v1/databases', {
      body: { plan: 'private-7', app: 'your-app-name' },
    });

    expect(await promote(platform, creating.body.id)).toBeProblem('wrong_state');

    await inStatus(platform, creating.body.id, 'available');
  });

  it('prevents that either database is destroyed or rotated meanwhile', async () => {
    const { leader, fork } = await aFollowedLeader(platform);
    expect((await promote(platform, fork.id)).status).toBe(202);

    const busy = await Promise.all([
      platform.ask(`DELETE /v1/databases/${leader.id}?confirm=${leader.name}`),
      platform.ask(`POST /v1/databases/${fork.id}/credentials/rotation`),
    ]);
    for (const response of busy) expect(response).toBeProblem('wrong_state');

    await settled(platform, fork.id);
  });
});

describe('a promotion of a database without a leader', () => {
  it('attaches it as REDIS beside its other names, renames the old attachment, and writes a release', async () => {
    // A separate app, so that no other test adds a name meanwhile.
    const app = 'app-of-two';
    await platform.ask('POST /v1/apps', { body: { name: app, space: 'acme-private', admins: ['a@example.com'] } });
    await aServingDatabase(platform, { name: 'primary-of-two', app });
    const other = await aServingDatabase(platform, { name: 'plain', app });
    await platform.ask(`POST /v1/apps/${app}/attachments`, { body: { database: other.id, name: 'SESSIONS' } });
    const before = await configVars(platform, app);
    expect(Object.keys(before)).toHaveLength(3);

    expect((await promote(platform, other.id, app)).status).toBe(202);
    await settled(platform, other.id);

    const after = await configVars(platform, app);
    expect(after.REDIS_URL).toBe((await urlsOf(platform, other.id)).url);
    expect(Object.values(after)).toContain(before.REDIS_URL);
    expect(after).toMatchObject({ ...before, REDIS_URL: after.SESSIONS_URL });
    expect(Object.keys(after)).toHaveLength(4);
    const { body } = await platform.ask<{ items: { description: string }[] }>(`GET /v1/apps/${app}/releases`);
    expect(body.items[0]?.description).toBe('Promote plain');
    expect(await entriesOf(other.id)).toEqual(
      expect.arrayContaining(['PromotionStarted', 'AttachmentMoved', 'DatabasePromoted']),
    );
  });

  it('is done at once where it is done already, and changes nothing', async () => {
    const primary = await aServingDatabase(platform, { name: 'already' });
    await promote(platform, primary.id);
    await settled(platform, primary.id);
    const ofPrimary = async () => (await platform.entries()).filter(({ subject }) => subject.databaseId === primary.id);

    const before = await ofPrimary();

    expect((await promote(platform, primary.id)).status).toBe(202);
    expect(await ofPrimary()).toEqual(before);
  });

  it('attaches it to another app too, where both apps use it then', async () => {
    await platform.ask('POST /v1/apps', {
      body: { name: 'second-app', space: 'acme-private', admins: ['a@example.com'] },
    });
    const shared = await aServingDatabase(platform, { name: 'shared' });
    await promote(platform, shared.id, 'second-app');
    await settled(platform, shared.id);

    const { url } = await urlsOf(platform, shared.id);

    expect(await configVars(platform, 'second-app')).toEqual({ REDIS_URL: url });
    expect(Object.values(await configVars(platform))).toContain(url);
  });
});
