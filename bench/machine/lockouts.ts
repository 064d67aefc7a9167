/** A lockout and its undoing over real databases on this machine, beside what Redis itself needs to save and load the same data. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { aKey, create, type Database, disable, enable, inStatus, type Lockout, lockouts, read } from '#test/e2e/customer.ts';
import { against, type Measurement, type Row } from '../row.ts';
import { median } from '../statistics.ts';
import { saveAndLoad, startBareRedis } from './bare-redis.ts';
import { fillWithSessions } from './data-set.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';
import { type Folders, inFolders } from './folders.ts';

const counts = [1, 10, 50, 100];
/** Shared among the databases. */
const dataBytes = 2 ** 30;
/** Of the waiting period, which is not measured, and of the pauses between two looks. */
const speed = 60;
const rounds = 3;
const plan = 'private-9';

export const row: Row = {
  key: 'lockouts-here',
  title: 'Lockout of real databases on this machine',
  measure: async (say) => {
    const found: Measurement[] = [];
    for (const count of counts) found.push(await inFolders((folders) => measured(folders, count, say)));
    return found;
  },
};

async function measured(folders: Folders, count: number, say: (line: string) => void): Promise<Measurement> {
  say(`${count}: Redis itself`);
  const each = await redisItself(folders.memory, dataBytes / count);
  const cores = Math.min(count, availableParallelism());
  const baseline = (count * (each.saveMs + each.loadMs)) / cores / 1000;
  const cloud = await startEmbeddedCloud({ dir: join(folders.disk, 'cloud'), speed });
  try {
    say(`${count}: databases with their data`);
    const keyArn = await aKey(cloud);
    await databasesWithData(cloud, keyArn, count);
    say(`${count}: lockout and restore`);
    const { stopMs, restoreMs } = await lockedOut(cloud, keyArn);
    const seconds = (ms: number) => (ms / 1000).toFixed(1);
    return against(baseline, {
      ...{ name: `${count} of ${Math.round(dataBytes / count / 2 ** 20)} MiB`, unit: 's', value: (stopMs + restoreMs) / 1000, atMost: 1.3 },
      note: `Stopped ${seconds(stopMs)} s after the waiting period, restored ${seconds(restoreMs)} s after enabling. Redis saves one in ${seconds(each.saveMs)} s and loads it in ${seconds(each.loadMs)} s, on ${cores} of the cores at once.`,
    });
  } finally {
    await cloud.close();
  }
}

async function redisItself(memory: string, bytes: number): Promise<{ saveMs: number; loadMs: number }> {
  const times: { saveMs: number; loadMs: number }[] = [];
  let redis = await startBareRedis(memory);
  try {
    await fillWithSessions(redis.client, bytes);
    for (let round = 0; round < rounds; round += 1) {
      const { redis: loaded, ...took } = await saveAndLoad(redis, memory);
      times.push(took);
      redis = loaded;
    }
  } finally {
    await redis.end();
  }
  return { saveMs: median(times.map(({ saveMs }) => saveMs)), loadMs: median(times.map(({ loadMs }) => loadMs)) };
}

const app = 'your-app-name';

async function databasesWithData(cloud: EmbeddedCloud, encryptionKey: string, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, number) => `bench-${number}`);
  for (const name of names) await create<Database>(cloud, '/v1/databases', { name, app, plan, encryptionKey });
  for (const name of names) {
    await inStatus(cloud, name, 'available');
    const { url } = await read<{ url: string }>(cloud, `/v1/databases/${name}/credentials`);
    const redis = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
    await fillWithSessions(redis, dataBytes / count);
    redis.disconnect();
  }
}

/** From the end of the waiting period to stopped, by Latchkey's own record, and from the customer's EnableKey to restored. */
async function lockedOut(cloud: EmbeddedCloud, keyArn: string): Promise<{ stopMs: number; restoreMs: number }> {
  await disable(cloud, keyArn);
  const stopped = await reached(cloud, 'stopped');
  const stopMs = enteredAt(stopped, 'stopped') - enteredAt(stopped, 'stopping_services');
  const enabled = Date.now();
  await enable(cloud, keyArn);
  return { stopMs, restoreMs: enteredAt(await reached(cloud, 'restored'), 'restored') - enabled };
}

const longestMs = 15 * 60_000;
/** Seldom: the one who answers is the one who is measured, and the times are the lockout's own record. */
const lookEveryMs = 1000;

async function reached(cloud: EmbeddedCloud, state: Lockout['state']): Promise<Lockout> {
  const deadline = Date.now() + longestMs;
  for (;;) {
    const [last] = await lockouts(cloud);
    if (last?.state === state) return last;
    if (Date.now() > deadline) throw new Error(`No lockout is ${state}; the last one: ${JSON.stringify(last)}`);
    await sleep(lookEveryMs);
  }
}

const enteredAt = ({ steps }: Lockout, state: Lockout['state']): number => Date.parse(steps.find((step) => step.state === state)?.at ?? '');
