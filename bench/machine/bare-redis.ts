/** An unmanaged Redis as the baseline of a managed one. Its snapshot is in memory-backed storage, as a server's is. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { anyFreePort } from 'process-fleet/ports';
import { findRedisBinary } from 'process-fleet/redis-binary';
import { median } from '../statistics.ts';
import { fillWithSessions } from './data-set.ts';

interface BareRedis {
  readonly client: Redis;
  readonly snapshot: string;
  /** Shuts it down without a save. */
  shutDown(): Promise<void>;
  end(): Promise<void>;
}

/** Starts a Redis and waits until it has loaded the folder's `dump.rdb`, if there is one. */
async function startBareRedis(dir: string): Promise<BareRedis> {
  const port = await anyFreePort();
  const words = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--daemonize', 'no'];
  const child = spawn(findRedisBinary(), words, { stdio: 'ignore' });
  const client = new Redis(port, '127.0.0.1', {
    retryStrategy: () => 5,
    maxRetriesPerRequest: null,
    enableReadyCheck: false,
  });
  client.on('error', () => undefined);
  const ended = endOf(child, client);
  // After the first response the end of the process is expected.
  ended.catch(() => undefined);
  await Promise.race([untilResponding(client), ended]);
  return {
    client,
    snapshot: join(dir, 'dump.rdb'),
    shutDown: async () => {
      const gone = once(child, 'exit');
      client.shutdown('NOSAVE').catch(() => undefined);
      await gone;
    },
    end: async () => {
      client.disconnect();
      await killed(child);
    },
  };
}

async function untilResponding(client: Redis): Promise<void> {
  while (!(await isResponding(client))) await sleep(5);
}

/** Throws after the process has ended. */
async function endOf(child: ChildProcess, client: Redis): Promise<never> {
  const [code] = await once(child, 'exit');
  client.disconnect();
  throw new Error(`Redis ended with ${code} while it started.`);
}

/** Fails while it loads. */
const isResponding = (client: Redis): Promise<boolean> =>
  client.ping().then(
    () => true,
    () => false,
  );

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

export const rounds = 3;

export interface RedisItself {
  /** The path of its last snapshot. */
  readonly snapshot: string;
  readonly saveMs: number;
  /** From the shutdown command until the process has ended and released its memory. */
  readonly endMs: number;
  readonly loadMs: number;
}

/**
 * Medians of three runs with this number of bytes: Redis's save, its shutdown, and the start of another Redis with the
 * snapshot.
 */
export async function redisItself(dir: string, bytes: number, say: (line: string) => void): Promise<RedisItself> {
  const times: Times[] = [];
  let redis = await startBareRedis(dir);
  const { snapshot } = redis;
  try {
    say('filling Redis');
    await fillWithSessions(redis.client, bytes);
    for (let round = 1; round <= rounds; round += 1) {
      say(`Redis's own save and load, ${round} of ${rounds}`);
      const { redis: loaded, ...took } = await saveAndLoad(redis, dir);
      times.push(took);
      redis = loaded;
    }
  } finally {
    await redis.end();
  }
  const usual = (of: keyof Times) => median(times.map((each) => each[of]));
  return { snapshot, saveMs: usual('saveMs'), endMs: usual('endMs'), loadMs: usual('loadMs') };
}

type Times = Omit<RedisItself, 'snapshot'>;

async function saveAndLoad(redis: BareRedis, dir: string): Promise<Times & { redis: BareRedis }> {
  const begun = performance.now();
  await redis.client.save();
  const saved = performance.now();
  await redis.shutDown();
  const ended = performance.now();
  const loaded = await startBareRedis(dir);
  return { saveMs: saved - begun, endMs: ended - saved, loadMs: performance.now() - ended, redis: loaded };
}
