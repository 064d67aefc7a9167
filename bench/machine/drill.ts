/**
 * A simulated drill of a database that its clients use: how long it takes, what its clients notice, and what it costs
 * the leader. Nothing is accelerated.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { aKey, create, type Database, inStatus, read } from '#local/test-support/customer.ts';
import { lostWrites } from '#local/test-support/lost-writes.ts';
import { until } from '#local/test-support/until.ts';
import type { Measurement, Row } from '../row.ts';
import { percentile } from '../statistics.ts';
import { fillWithSessions } from './data-set.ts';
import { type Load, measurementsOf, type Period, type Report } from './drill-measurements.ts';
import { type LocalCloud, onLocalCloud } from './local-cloud.ts';
import { type SteadyWrites, steadyWrites } from './steady-writes.ts';

const dataBytes = 2 ** 30;
const perSecond = 1000;
/** Of the clients alone, before the drill. */
const aloneSeconds = 60;
const withinMs = 30 * 60_000;

const name = 'orders';

export const row: Row = {
  key: 'drill',
  title: 'A drill of 1 GiB under 1,000 writes a second',
  measure: (say) => onLocalCloud((cloud) => measured(cloud, say)),
};

async function measured(cloud: LocalCloud, say: (line: string) => void): Promise<Measurement[]> {
  say('filling the database');
  const encryptionKey = await aKey(cloud);
  await create<Database>(cloud, '/v1/databases', { name, app: 'your-app-name', plan: 'private-7', encryptionKey });
  const { key } = await inStatus(cloud, name, 'available');
  const { url } = await read<{ url: string }>(cloud, `/v1/databases/${name}/credentials`);
  const redis = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
  try {
    await fillWithSessions(redis, dataBytes);
    return await drilled(cloud, { redis, url, keyId: String(key?.id), say });
  } finally {
    redis.disconnect();
  }
}

async function loadOf(redis: Redis): Promise<Load> {
  const info = new Map(
    (await redis.info('everything')).split('\r\n').map((line) => {
      const [member = '', value = ''] = line.split(':');
      return [member, Number(value)];
    }),
  );
  const sum = (...members: string[]) => members.reduce((total, member) => total + (info.get(member) ?? 0), 0);
  const cpu = sum('used_cpu_sys', 'used_cpu_user', 'used_cpu_sys_children', 'used_cpu_user_children');
  return { at: performance.now(), cpu, copied: sum('rdb_last_cow_size'), pause: sum('latest_fork_usec') };
}

function periodOf({ latencies }: SteadyWrites, from: Load, to: Load): Period {
  const all = latencies(from.at, to.at);
  const seconds = (to.at - from.at) / 1000;
  const [p50, p99, longest] = [percentile(all, 50), percentile(all, 99), percentile(all, 100)];
  return { p50, p99, longest, seconds, cpu: (to.cpu - from.cpu) / seconds };
}

interface Scene {
  readonly redis: Redis;
  readonly url: string;
  readonly keyId: string;
  readonly say: (line: string) => void;
}

async function drilled(cloud: LocalCloud, { redis, url, keyId, say }: Scene): Promise<Measurement[]> {
  const writes = steadyWrites(url, perSecond);
  try {
    say('the clients alone');
    const begin = await loadOf(redis);
    await sleep(aloneSeconds * 1000);
    const start = await loadOf(redis);
    const { id } = await create<Report>(cloud, `/v1/keys/${keyId}/drills`, { mode: 'simulated' });
    await stageOf(cloud, id, { say, isReached: ({ stage }) => stage !== 'forking' && stage !== 'catching_up' });
    const copied = await loadOf(redis);
    const report = await stageOf(cloud, id, { say, isReached: ({ stage }) => stage === 'ended' });
    const end = await loadOf(redis);
    await writes.stop();
    return measurementsOf({
      report,
      alone: periodOf(writes, begin, start),
      copying: periodOf(writes, start, copied),
      rest: periodOf(writes, copied, end),
      snapshot: copied,
      written: writes.acknowledged.length,
      failed: writes.errors.length,
      lost: (await lostWrites(redis, writes.acknowledged)).length,
    });
  } finally {
    await writes.stop();
  }
}

interface Awaited {
  readonly say: (line: string) => void;
  readonly isReached: (report: Report) => boolean;
}

/** Polls rarely, since the server runs on the same machine. */
const stageOf = (cloud: LocalCloud, id: string, { say, isReached }: Awaited): Promise<Report> =>
  until(
    'a stage of the drill',
    async () => {
      const report = await read<Report>(cloud, `/v1/drills/${id}`);
      say(`the drill is ${report.stage}`);
      return isReached(report) && report;
    },
    { withinMs, pauseMs: 500 },
  );
