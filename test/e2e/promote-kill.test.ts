/** kill -9 of the whole platform in each step of a promotion, while the app writes a thousand times a second. */
import { readFileSync } from 'node:fs';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { accessKey, platformAccount, region } from '#local/accounts.ts';
import { liveTraffic, urlOfTheMoment } from '#local/demo/traffic.ts';
import { aHome, type Running } from './cloud.ts';
import { aKey, create, type Database, inStatus, read, timeline } from './customer.ts';
import { withRedis } from './redis-data.ts';
import { until } from './until.ts';

const app = 'your-app-name';
const machine = `arn:aws:states:${region}:${platformAccount}:stateMachine:latchkey-local-promote-database`;
const { States } = JSON.parse(readFileSync('statemachines/promote-database.asl.json', 'utf8')) as {
  States: Record<string, { Type: string }>;
};
const steps = Object.keys(States).filter((name) => States[name]?.Type === 'Task' && name !== 'Undo the promotion');

const home = aHome();
let cloud: Running;
let keyArn: string;
let primary: string;

beforeAll(async () => {
  cloud = await home.start();
  keyArn = await aKey(cloud);
  primary = 'first';
  await create(cloud, '/v1/databases', { name: primary, app, plan: 'premium-7' });
  await inStatus(cloud, primary, 'available');
});
afterAll(() => home.end());

/** What must end whatever becomes of a test. */
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function aFollower(name: string): Promise<void> {
  await create(cloud, '/v1/databases', { name, app, plan: 'private-7', encryptionKey: keyArn, fork: primary });
  await until(`${name} caught up`, async () => (await read<Database>(cloud, `/v1/databases/${name}`)).fork?.caughtUp ?? false);
}

/** Asks as fast as it can, since a step takes some milliseconds only. */
async function inStep(step: string): Promise<void> {
  const credentials = { accessKeyId: accessKey(platformAccount), secretAccessKey: 'x' };
  const sfn = new SFNClient({ endpoint: cloud.env.AWS_ENDPOINT_URL ?? '', region, credentials });
  try {
    const executionArn = await until(
      'an execution',
      async () => {
        const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: machine, statusFilter: 'RUNNING' }));
        return executions?.[0]?.executionArn ?? null;
      },
      { pauseMs: 1 },
    );
    await until(
      step,
      async () => {
        const { events } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
        return events?.some((event) => event.stateEnteredEventDetails?.name === step) ?? false;
      },
      { pauseMs: 1 },
    );
  } finally {
    sfn.destroy();
  }
}

/** What the app finds as its URL; the last one while the platform is down. */
const appUrl = () =>
  urlOfTheMoment(async () => (await read<Record<string, string | null>>(cloud, `/v1/apps/${app}/config-vars`)).REDIS_URL);

const typesOf = async (id: string) => (await timeline(cloud)).filter(({ subject }) => subject.databaseId === id).map(({ type }) => type);

async function lost(name: string, acknowledged: readonly number[]): Promise<number[]> {
  return withRedis(cloud, name, async (redis) => {
    const values = await redis.mget(acknowledged.map((number) => `n:${number}`));
    return acknowledged.filter((number, index) => values[index] !== String(number));
  });
}

describe('kill -9 of the whole process in a promotion, and a start on the same folder', () => {
  it.each(steps)('in the step "%s": the follower takes over all the same, with every acknowledged write', async (step) => {
    const name = `fork-${steps.indexOf(step)}`;
    await aFollower(name);
    const url = await appUrl();
    await withRedis(cloud, primary, (redis) => redis.flushall());
    const writer = liveTraffic(url.now);
    endings.push(writer.stop, url.end);
    const { id } = await create<Database>(cloud, `/v1/databases/${name}/promotion`, { app });
    await inStep(step);
    await cloud.kill();
    cloud = await home.start();

    await until('promoted', async () => (await typesOf(id)).includes('DatabasePromoted'));
    await writer.stop();
    expect(writer.acknowledged.length).toBeGreaterThan(50);
    expect(await lost(name, writer.acknowledged)).toEqual([]);
    const { status, fork, attachments } = await read<Database>(cloud, `/v1/databases/${name}`);
    expect({ status, fork, names: attachments.map((each) => each.name) }).toEqual({ status: 'available', fork: null, names: ['REDIS'] });
    const once = ['PromotionStarted', 'FollowerPromoted', 'AttachmentMoved', 'DatabasePromoted'];
    expect((await typesOf(id)).filter((type) => once.includes(type))).toEqual(once);
    expect(await withRedis(cloud, primary, (redis) => redis.set('mine', 'again'))).toBe('OK');
    primary = name;
  });
});
