/**
 * A simulated drill of a database that its clients use: how long it takes, what its clients notice, and what it costs
 * the leader. Nothing is accelerated.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type * as z from 'zod/mini';
import type { DrillReportView } from '#lib/contracts/drills.ts';
import { aKey, create, type Database, inStatus, read } from '#local/test-support/customer.ts';
import { lostWrites } from '#local/test-support/lost-writes.ts';
import { until } from '#local/test-support/until.ts';
import { against, type Measurement, type Row } from '../row.ts';
import { percentile } from '../statistics.ts';
import { fillWithSessions } from './data-set.ts';
import { inFolders } from './folders.ts';
import { type LocalCloud, startLocalCloud } from './local-cloud.ts';
import { type SteadyWrites, steadyWrites } from './steady-writes.ts';

type Report = z.infer<typeof DrillReportView>;

const dataBytes = 2 ** 30;
const perSecond = 1000;
/** Of the clients alone, before the drill. */
const aloneSeconds = 60;
const withinMs = 30 * 60_000;

const name = 'orders';

export const row: Row = {
  key: 'drill',
  title: 'A drill of 1 GiB under 1,000 writes a second',
  measure: (say) =>
    inFolders(async ({ disk }) => {
      const cloud = await startLocalCloud({ dir: join(disk, 'cloud') });
      try {
        return await measured(cloud, say);
      } finally {
        await cloud.close();
      }
    }),
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

/** The leader's load at a time, and when it was read. */
interface Load {
  readonly at: number;
  /** Seconds of a CPU since its start, of its child processes too. */
  readonly cpu: number;
  /** Bytes that it copied while its last snapshot was made, since clients changed them. */
  readonly copied: number;
  /** Microseconds for which its last fork of a child process paused it. */
  readonly pause: number;
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

interface Period {
  /** Milliseconds until a write was acknowledged. */
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  /** Seconds of a CPU that the leader took in each second. */
  readonly cpu: number;
  readonly seconds: number;
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
    return measurements({
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

/** Asks rarely, since the process that answers runs on the same machine. */
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

interface Drilled {
  readonly report: Report;
  readonly alone: Period;
  /** While the fork copies its leader. */
  readonly copying: Period;
  /** From the fork's separation to the end: the fork is locked out, restored, compared and removed. */
  readonly rest: Period;
  /** When the leader had sent its snapshot. */
  readonly snapshot: Load;
  readonly written: number;
  readonly failed: number;
  readonly lost: number;
}

/** A fork has its own server on EC2. Here it shares the cores, so its own work delays the clients as well. */
const mostTimes = 2;
const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
const milliseconds = (ms: number): string => `${Number(ms.toPrecision(2))} ms`;

function measurements({ report, alone, copying, rest, snapshot, written, failed, lost }: Drilled): Measurement[] {
  const p99 = (period: Period, name: string, note: string): Measurement =>
    against(alone.p99, { name, value: period.p99, unit: 'ms', atMost: mostTimes, note });
  const median = ({ p50, longest }: Period) => `median ${milliseconds(p50)}, longest ${milliseconds(longest)}`;
  return [
    durationOf(report),
    p99(
      copying,
      'p99 of a write, while the fork copies its leader, against the clients alone',
      `${median(copying)}; alone: ${median(alone)}. It took ${Math.round(copying.seconds)} s.`,
    ),
    p99(
      rest,
      'p99 of a write, while the fork is locked out, restored and compared',
      `${median(rest)}. The leader does nothing for the fork in this time, which works on the same cores here and on its own server on EC2.`,
    ),
    {
      ...{ name: "the leader's CPU while the fork copies it, in each second", value: copying.cpu, unit: 's' },
      ...{ baseline: alone.cpu, ratio: copying.cpu / alone.cpu, target: 'printed', met: true },
      note: `The process that sends the snapshot included. Its start paused the leader for ${milliseconds(snapshot.pause / 1000)}, and ${mebibytes(snapshot.copied)} were copied because clients changed them.`,
    },
    {
      ...{ name: 'writes that failed or are lost', value: failed + lost, unit: '', baseline: null, ratio: null },
      ...{ target: '0', met: failed + lost === 0, note: `Of ${written.toLocaleString('en')}, on one connection.` },
    },
  ];
}

const stageNames: Partial<Record<Report['stage'], string>> = {
  forking: 'fork provisioned',
  catching_up: 'caught up',
  detaching: 'left its leader and digested',
  locking_out: 'locked out',
  restoring: 'restored',
  comparing: 'digested again',
  removing: 'removed',
};

function durationOf({ startedAt, endedAt, outcome, detail, stages, parity }: Report): Measurement {
  const secondsBetween = (from: string, to = '') => (Date.parse(to) - Date.parse(from)) / 1000;
  const value = secondsBetween(startedAt, endedAt ?? '');
  const took = stages.slice(0, -1).map(({ stage, at }, index) => {
    const seconds = Math.round(secondsBetween(at, stages[index + 1]?.at));
    return `${stageNames[stage] ?? stage} in ${seconds} s`;
  });
  return {
    ...{ name: 'from its start to the removal of its fork', value, unit: 's', baseline: null, ratio: null },
    ...{ target: 'passed', met: outcome === 'passed' },
    note: `${parity.keysBefore?.toLocaleString('en')} keys: ${took.join(', ')}.${detail ? ` ${detail}` : ''}`,
  };
}
