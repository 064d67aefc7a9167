/** A promotion as seen by an app that writes all the time: the time without an acknowledged write, and lost writes. */
import { Redis } from 'ioredis';
import { liveTraffic, type Traffic, type UrlOfTheMoment, urlOfTheMoment } from '#local/demo/traffic.ts';
import { aKey, create, type Database, inStatus, read } from '#local/test-support/customer.ts';
import { lostWrites } from '#local/test-support/lost-writes.ts';
import { until } from '#local/test-support/until.ts';
import type { Measurement, Row } from '../row.ts';
import { fillWithSessions } from './data-set.ts';
import { type LocalCloud, onLocalCloud } from './local-cloud.ts';

const dataBytes = 2 ** 30;
const perSecond = 5000;
const mostSeconds = 1;
const withinMs = 10 * 60_000;

const app = 'your-app-name';
const plan = 'private-7';
const [old, fork] = ['orders', 'orders-fork'];

export const row: Row = {
  key: 'promote',
  title: 'Promote a fork of 1 GiB under 5,000 writes a second',
  measure: (say) => onLocalCloud((cloud) => measured(cloud, say)),
};

async function measured(cloud: LocalCloud, say: (line: string) => void): Promise<Measurement[]> {
  say('filling the database');
  const encryptionKey = await aKey(cloud);
  await create<Database>(cloud, '/v1/databases', { name: old, app, plan, encryptionKey });
  await inStatus(cloud, old, 'available');
  const url = await urlOfTheMoment(
    async () => (await read<Record<string, string | null>>(cloud, `/v1/apps/${app}/config-vars`)).REDIS_URL,
  );
  try {
    await onRedis(url.now(), (redis) => fillWithSessions(redis, dataBytes));
    say('forking, while the app writes');
    await forked(cloud, encryptionKey, url);
    say('promoting, while the app writes');
    return measurements(await promoted(cloud, url));
  } finally {
    await url.end();
  }
}

/** The fork is created and catches up under the same load. */
async function forked(cloud: LocalCloud, encryptionKey: string, url: UrlOfTheMoment): Promise<void> {
  const traffic = liveTraffic(url.now, perSecond, 'before');
  try {
    await create<Database>(cloud, '/v1/databases', { name: fork, app, plan, encryptionKey, fork: old });
    const caughtUp = async () => (await read<Database>(cloud, `/v1/databases/${fork}`)).fork?.caughtUp ?? false;
    await until('a fork that caught up', caughtUp, { withinMs, pauseMs: 500 });
  } finally {
    await traffic.stop();
  }
}

interface Promotion {
  readonly gapMs: number;
  readonly written: number;
  readonly lost: number;
  readonly seconds: number;
}

async function promoted(cloud: LocalCloud, url: UrlOfTheMoment): Promise<Promotion> {
  const begun = performance.now();
  const traffic = liveTraffic(url.now, perSecond, 'after');
  try {
    await goneOn(traffic, 2 * perSecond);
    await create<Database>(cloud, `/v1/databases/${fork}/promotion`, { app });
    const moved = async () =>
      (await read<Database>(cloud, `/v1/databases/${fork}`)).attachments.some(({ name }) => name === 'REDIS');
    await until('the fork as the primary', moved, { withinMs, pauseMs: 100 });
    await goneOn(traffic, 2 * perSecond);
  } finally {
    await traffic.stop();
  }
  const seconds = (performance.now() - begun) / 1000;
  const lost = await onRedis(url.now(), (redis) => lostWrites(redis, traffic.acknowledged, 'after'));
  return { gapMs: traffic.gapMs(), written: traffic.acknowledged.length, lost: lost.length, seconds };
}

async function goneOn({ acknowledged }: Traffic, writes: number): Promise<void> {
  const wanted = acknowledged.length + writes;
  await until('more acknowledged writes', async () => acknowledged.length >= wanted, { withinMs });
}

async function onRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

const measurements = ({ gapMs, written, lost, seconds }: Promotion): Measurement[] => [
  {
    ...{
      name: 'longest time without an acknowledged write',
      value: gapMs / 1000,
      unit: 's',
      baseline: null,
      ratio: null,
    },
    ...{ target: `≤ ${mostSeconds} s`, met: gapMs <= mostSeconds * 1000 },
    note:
      `The app asks for its URL every 50 ms. ${Math.round(written / seconds).toLocaleString('en')} writes a ` +
      `second were acknowledged, of ${perSecond.toLocaleString('en')} tried.`,
  },
  {
    ...{
      name: 'acknowledged writes that are lost',
      value: lost,
      unit: '',
      baseline: null,
      ratio: null,
      target: '0',
      met: lost === 0,
    },
    note: `Of ${written.toLocaleString('en')}.`,
  },
];
