/**
 * A lockout and its restore with real databases on this machine, against the time in which Redis saves and loads the
 * same data.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import {
  aKey,
  create,
  type Database,
  disable,
  enable,
  inStatus,
  type Lockout,
  lockouts,
  read,
} from '#local/test-support/customer.ts';
import { against, type Measurement, type Row } from '../row.ts';
import { redisItself } from './bare-redis.ts';
import { fillWithSessions } from './data-set.ts';
import { type Folders, inFolders } from './folders.ts';
import { type LocalCloud, startLocalCloud } from './local-cloud.ts';

const counts = [1, 10, 50, 100];
/** In all databases together. */
const dataBytes = 2 ** 30;
/** Speeds up the waiting period, which is not measured, and the pauses between checks. */
const speed = 60;
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
  const each = await redisItself(folders.memory, dataBytes / count, (line) => say(`${count}: ${line}`));
  const cores = Math.min(count, availableParallelism());
  const baseline = (count * (each.saveMs + each.endMs + each.loadMs)) / cores / 1000;
  const cloud = await startLocalCloud({ dir: join(folders.disk, 'cloud'), speed });
  try {
    say(`${count}: databases with their data`);
    const keyArn = await aKey(cloud);
    await databasesWithData(cloud, keyArn, count);
    say(`${count}: lockout and restore`);
    const { stopMs, restoreMs, took } = await lockedOut(cloud, keyArn);
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
    return against(baseline, {
      ...{
        name: `${count} of ${Math.round(dataBytes / count / 2 ** 20)} MiB`,
        unit: 's',
        value: (stopMs + restoreMs) / 1000,
        atMost: 1.3,
      },
      note:
        `Services saved and ended in ${seconds(took('stopping_services'))}, servers sealed in ` +
        `${seconds(took('stopping_servers'))}; opened in ${seconds(took('starting_servers'))}, loaded in ` +
        `${seconds(took('starting_services'))}. Redis saves one in ${seconds(each.saveMs)}, ends in ` +
        `${seconds(each.endMs)} and loads it in ${seconds(each.loadMs)}, on ${cores} of the cores at once.`,
    });
  } finally {
    await cloud.close();
  }
}

const app = 'your-app-name';

async function databasesWithData(cloud: LocalCloud, encryptionKey: string, count: number): Promise<void> {
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

interface LockedOut {
  /** From the end of the waiting period to stopped, as the lockout records it. */
  readonly stopMs: number;
  /** From the customer's EnableKey to restored. */
  readonly restoreMs: number;
  /** The time that the lockout was in the state. */
  readonly took: (state: Lockout['state']) => number;
}

async function lockedOut(cloud: LocalCloud, keyArn: string): Promise<LockedOut> {
  await disable(cloud, keyArn);
  await reached(cloud, 'stopped');
  const enabled = Date.now();
  await enable(cloud, keyArn);
  const { steps } = await reached(cloud, 'restored');
  const entered = (state: Lockout['state']) => Date.parse(steps.find((step) => step.state === state)?.at ?? '');
  const took = (state: Lockout['state']) =>
    Date.parse(steps[steps.findIndex((step) => step.state === state) + 1]?.at ?? '') - entered(state);
  return { stopMs: entered('stopped') - entered('stopping_services'), restoreMs: entered('restored') - enabled, took };
}

const longestMs = 15 * 60_000;
/** Polls rarely, since the polled process is the measured one, and the lockout records its times itself. */
const lookEveryMs = 1000;

async function reached(cloud: LocalCloud, state: Lockout['state']): Promise<Lockout> {
  const deadline = Date.now() + longestMs;
  for (;;) {
    const [last] = await lockouts(cloud);
    if (last?.state === state) return last;
    if (Date.now() > deadline) throw new Error(`No lockout is ${state}; the last one: ${JSON.stringify(last)}`);
    await sleep(lookEveryMs);
  }
}
