/**
 * kill -9 of the whole platform in every stage of a drill, while the app writes a thousand times a second: the fork,
 * its grant and its rows are gone afterwards, and no write of the app has failed.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DrillReportView, DrillView } from '#lib/contracts/drills.ts';
import type { Infer } from '#lib/model/schema.ts';
import { liveTraffic } from '#local/demo/traffic.ts';
import { aKey, create, read } from '#local/test-support/customer.ts';
import { lostWrites } from '#local/test-support/lost-writes.ts';
import { until } from '#local/test-support/until.ts';
import { withRedis } from '#test/e2e/redis-data.ts';
import { assertNothingLeft, assertServing, type Digests, fillDatabases, grantsOn } from './promises.ts';
import type { Moment } from './rules.ts';
import { aWorld } from './world.ts';

type Drill = Infer<typeof DrillView>;
type Report = Infer<typeof DrillReportView>;

const world = aWorld({ firstPort: 22_460 });
const machine = 'drill';
const poll = 'Advance the drill';
let keyArn: string;
let keyId: string;
let digests: Digests;

beforeAll(async () => {
  await world.start();
  keyArn = await aKey(world.cloud);
  digests = await fillDatabases(world, { keyArn, names: ['orders'] });
  const { items } = await read<{ items: { id: string }[] }>(world.cloud, `/v1/keys?arn=${keyArn}`);
  keyId = String(items[0]?.id);
});
afterAll(() => world.end());

let traffic: Awaited<ReturnType<typeof appTraffic>> | undefined;
afterEach(() => traffic?.stop());

async function appTraffic() {
  const vars = await read<Record<string, string | null>>(world.cloud, '/v1/apps/your-app-name/config-vars');
  return liveTraffic(() => vars.REDIS_URL ?? null);
}

const newest = async (): Promise<Drill> => {
  const { items } = await read<{ items: Drill[] }>(world.cloud, '/v1/drills?limit=1');
  if (!items[0]) throw new Error('There is no drill');
  return items[0];
};

/** Connections of before the last kill fail the first requests. */
async function start(more: object = {}): Promise<void> {
  traffic = await appTraffic().catch(appTraffic).catch(appTraffic);
  const begin = () => create(world.cloud, `/v1/keys/${keyId}/drills`, { mode: 'simulated', ...more });
  await begin().catch(begin).catch(begin);
}

/** Resolves with null when the drill has ended; a request to a killed platform has no response. */
async function ended(): Promise<null> {
  const { cloud } = world;
  const hasEnded = async () => (await newest()).stage === 'ended';
  await world.eventually('the end of the drill', async () => !cloud.isAlive() || hasEnded().catch(() => false));
  return cloud.isAlive() ? null : new Promise(() => undefined);
}

/**
 * Restarts the platform after each kill until `isEnough`, or until the drill has ended. Returns the stages that it met.
 */
async function killAtPolls(moment: Moment, isEnough: (kills: number) => boolean): Promise<string[]> {
  const stages: string[] = [];
  for (let kills = 1; ; kills += 1) {
    if (isEnough(kills - 1)) await world.rules();
    else await world.rules({ kind: 'kill', machine, states: [poll], moment });
    const killed = await Promise.race([world.killed(), ended()]);
    await world.rules();
    if (killed === null) return stages;
    await world.clock();
    await world.start();
    const { stage } = await newest();
    stages.push(stage);
    if (stage === 'ended') return stages;
    // Without a pause, the fork's own machines would be killed with each poll and never get through.
    await world.eventually(`a stage after ${stage}`, async () => (await newest()).stage !== stage);
  }
}

/** Removes what the app wrote, so that the data is as before. */
async function assertUnharmed(): Promise<void> {
  if (!traffic) throw new Error('The app does not write');
  await traffic.stop();
  const { acknowledged, errors } = traffic;
  await withRedis(world.cloud, 'orders', async (redis) => {
    expect(acknowledged.length).toBeGreaterThan(100);
    expect(await lostWrites(redis, acknowledged)).toEqual([]);
    expect(await redis.info('replication')).toContain('connected_slaves:0');
    await redis.unlink(...(await redis.keys('n:*')));
  });
  expect({ errors, connections: traffic.connections() }).toEqual({ errors: [], connections: 1 });
}

const asBefore = async () => {
  await assertUnharmed();
  await assertServing(world, digests);
  await assertNothingLeft(world);
  expect(await grantsOn(world, keyArn)).toBe(1);
  expect(await read(world.cloud, `/v1/keys/${keyId}`)).toMatchObject({ databases: 1, lockout: null, status: 'usable' });
};

jest.setTimeout(400_000);

describe('kill -9 of the whole process during a drill, and a start on the same folder', () => {
  it.each<Moment>(['before', 'after'])(
    '%s the work of a poll of each stage: the drill goes on and passes',
    async (moment) => {
      await start();

      const stages = await killAtPolls(moment, () => false);

      const { id } = await newest();
      const report = await read<Report>(world.cloud, `/v1/drills/${id}`);
      // The clock jumps a minute with each start, so that the times of the phases mean nothing here.
      expect([null, 'objective_missed']).toContain(report.failure);
      expect(report).toMatchObject({ stage: 'ended', parity: { isSame: true } });
      expect([...new Set(stages)]).toEqual(expect.arrayContaining(['locking_out', 'restoring', 'removing']));
      await asBefore();
    },
  );

  it('after an abort: the drill ends and says so', async () => {
    await start({ waitingPeriodMinutes: 60 });
    const hasFork = () => newest().then(({ stage }) => stage !== 'forking' && stage !== 'ended');
    // Nothing was killed yet, so the clock may stay: a stage has a limit, and a loaded machine is not a failure.
    await until('a fork', () => hasFork().catch(() => false), { withinMs: 150_000 });
    await create(world.cloud, `/v1/drills/${(await newest()).id}/abort`, {});

    await killAtPolls('after', (kills) => kills >= 3);

    expect(await newest()).toMatchObject({ stage: 'ended', outcome: 'aborted' });
    await asBefore();
  });
});
