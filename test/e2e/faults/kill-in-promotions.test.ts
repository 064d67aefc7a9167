/** kill -9 of the whole platform in every step of a promotion, while the app writes a thousand times a second. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Entry } from '#lib/model/entry.ts';
import { liveTraffic, urlOfTheMoment } from '#local/demo/traffic.ts';
import { aKey, create, type Database, inStatus, read, timeline } from '#local/test-support/customer.ts';
import { lostWrites } from '#local/test-support/lost-writes.ts';
import { until } from '#local/test-support/until.ts';
import type { Running } from '#test/e2e/cloud.ts';
import { withRedis } from '#test/e2e/redis-data.ts';
import { killInEachState } from './kill-chain.ts';
import { statesIn, tasksIn } from './machines.ts';
import { assertNothingLeft } from './promises.ts';
import type { Moment, Rule } from './rules.ts';
import { aWorld } from './world.ts';

const app = 'your-app-name';
const machine = 'promote-database';
const undoing = ['Undo the promotion', 'Promotion undone'];

const world = aWorld({ firstPort: 22_200 });
let keyArn: string;
let primary = 'first';

beforeAll(async () => {
  await world.start();
  keyArn = await aKey(world.cloud);
  await create(world.cloud, '/v1/databases', { name: primary, app, plan: 'premium-7' });
  await inStatus(world.cloud, primary, 'available');
});
afterAll(() => world.end());

/** Resources that are closed whatever the test's result. */
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

/** Returns the id of a follower that has caught up. */
async function aFollower(name: string): Promise<string> {
  const { id } = await create<Database>(world.cloud, '/v1/databases', {
    name,
    app,
    plan: 'private-7',
    encryptionKey: keyArn,
    fork: primary,
  });
  await until(
    `${name} caught up`,
    async () => (await read<Database>(world.cloud, `/v1/databases/${name}`)).fork?.caughtUp ?? false,
  );
  return id;
}

/**
 * The app's URL. Null while the platform is down and until it answers again: an app has its new URL after its restart,
 * however soon after it the platform is killed.
 */
async function appUrl() {
  let answeredBy: Running | null = null;
  const url = await urlOfTheMoment(async () => {
    const { cloud } = world;
    const vars = await read<Record<string, string | null>>(cloud, `/v1/apps/${app}/config-vars`);
    answeredBy = cloud;
    return vars.REDIS_URL;
  });
  const isKnown = () => world.cloud.isAlive() && answeredBy === world.cloud;
  return { ...url, now: () => (isKnown() ? url.now() : null) };
}

const typesOf = async (id: string) =>
  (await timeline(world.cloud)).filter(({ subject }) => subject.databaseId === id).map(({ type }) => type);

const lost = (name: string, acknowledged: readonly number[]): Promise<number[]> =>
  withRedis(world.cloud, name, (redis) => lostWrites(redis, acknowledged));

/** Promotes the follower while the app writes; returns the states of the kills, and the acknowledged writes. */
async function promoted(
  name: string,
  chain: { moment: Moment; states: readonly string[]; rules?: readonly Rule[]; ended: Entry['type'] },
) {
  const id = await aFollower(name);
  const url = await appUrl();
  await withRedis(world.cloud, primary, (redis) => redis.flushall());
  const writer = liveTraffic(url.now);
  endings.push(writer.stop, url.end);
  const begin = () => create(world.cloud, `/v1/databases/${name}/promotion`, { app });
  const done = async () => (await typesOf(id)).includes(chain.ended);
  const killed = await killInEachState(world, { machine, ...chain, begin, done });
  const before = writer.acknowledged.length;
  await until('writes again', async () => writer.acknowledged.length > before + 50);
  await writer.stop();
  return { id, killed, acknowledged: writer.acknowledged };
}

describe('kill -9 of the whole process in a promotion, and a start on the same folder', () => {
  it.each<[Moment, readonly string[]]>([
    ['before', statesIn(machine).filter((state) => !undoing.includes(state) && state !== 'Left to the watch')],
    ['after', tasksIn(machine).filter((state) => !undoing.includes(state))],
  ])(
    '%s the work of %j: the follower takes over all the same, with every acknowledged write',
    async (moment, states) => {
      const name = `fork-${moment}`;
      const { id, killed, acknowledged } = await promoted(name, { moment, states, ended: 'DatabasePromoted' });

      expect(killed).toEqual(states);
      expect(await lost(name, acknowledged)).toEqual([]);
      const { status, fork, attachments } = await read<Database>(world.cloud, `/v1/databases/${name}`);
      expect({ status, fork }).toEqual({ status: 'available', fork: null });
      expect(attachments.map((each) => each.name)).toContain('REDIS');
      const once = ['PromotionStarted', 'FollowerPromoted', 'AttachmentMoved', 'DatabasePromoted'];
      expect((await typesOf(id)).filter((type) => once.includes(type))).toEqual(once);
      expect(await withRedis(world.cloud, primary, (redis) => redis.set('mine', 'again'))).toBe('OK');
      await assertNothingLeft(world);
      primary = name;
    },
  );

  it.each<Moment>(['before', 'after'])(
    '%s the work of each step of the way back: the leader goes on, with every acknowledged write',
    async (moment) => {
      const states = moment === 'before' ? undoing : undoing.slice(0, 1);
      const rules: Rule[] = [{ kind: 'fail', machine, state: 'Await the last write', times: 1 }];
      const { id, killed, acknowledged } = await promoted(`undone-${moment}`, {
        moment,
        states,
        rules,
        ended: 'PromotionUndone',
      });

      expect(killed).toEqual(states);
      expect(await lost(primary, acknowledged)).toEqual([]);
      expect((await typesOf(id)).filter((type) => type === 'PromotionUndone')).toHaveLength(1);
      await assertNothingLeft(world);
    },
  );
});
