import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { anAppWriter } from '#test/support/app-writer.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { aFollowedLeader, configVars, lostIn, promote, settled } from './fork-world.ts';
import { rowOf, urlsOf, withRedis } from './given.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

const entriesOf = async (id: string) =>
  (await platform.entries()).filter(({ subject }) => subject.databaseId === id).map(({ type }) => type);

describe('a follower that is promoted under load', () => {
  it('takes over with every acknowledged write, and the app has its URL', async () => {
    const { leader, fork } = await aFollowedLeader(platform);
    const before = await configVars(platform);
    const primary = before.REDIS_URL ?? '';
    let url = primary;
    const writer = anAppWriter(() => url);
    const watch = setInterval(() => void configVars(platform).then((vars) => (url = vars.REDIS_URL ?? url)), 50);
    const answer = await promote(platform, fork.id);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/v1/databases/${fork.id}`);
    const promoted = await settled(platform, fork.id);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await writer.stop();
    clearInterval(watch);

    expect(promoted).toMatchObject({ status: 'available', fork: null, attachments: [{ name: 'REDIS', configVar: 'REDIS_URL' }] });
    const after = await configVars(platform);
    expect(after.REDIS_URL).toBe((await urlsOf(platform, fork.id)).url);
    expect(Object.entries(after).find(([name, value]) => name !== 'REDIS_URL' && value === primary)?.[0]).toMatch(/^REDIS_[A-Z]+_URL$/);
    expect(writer.acknowledged.length).toBeGreaterThan(200);
    expect(await lostIn(platform, fork.id, writer.acknowledged)).toEqual([]);
    process.stdout.write(
      `write gap of the promotion: ${Math.round(writer.gapMs())} ms, ${writer.acknowledged.length} writes acknowledged, 0 lost\n`,
    );

    expect(await withRedis(primary, (redis) => redis.set('written to the old one', '1'))).toBe('OK');
    expect(await rowOf(platform, leader.id)).toMatchObject({ status: 'available', handoverTo: null });
    expect(await entriesOf(fork.id)).toEqual(
      expect.arrayContaining(['ForkStarted', 'PromotionStarted', 'FollowerPromoted', 'AttachmentMoved', 'DatabasePromoted']),
    );
    expect(await entriesOf(leader.id)).toEqual(expect.arrayContaining(['WritersRefused', 'WritersAdmitted']));
  });
});
