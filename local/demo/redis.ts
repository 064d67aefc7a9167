/** A database as an app uses it: one connection that doesn't come back by itself, since a lost one is news here. */
import { Redis } from 'ioredis';
import type { Entry } from './content.ts';

export interface AppConnection {
  write(entries: readonly Entry[]): Promise<void>;
  get(key: string): Promise<string | null>;
  /** Everything that is there, by SCAN: nothing is taken for granted. */
  readAll(): Promise<Entry[]>;
  /** Of the Redis process; it differs after every start. */
  runId(): Promise<string>;
  close(): void;
}

const batch = 1000;

export async function connectApp(url: string): Promise<AppConnection> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    commandTimeout: 20_000,
  });
  redis.on('error', () => {});
  await redis.connect();
  return {
    write: (entries) => writeAll(redis, entries),
    get: (key) => redis.get(key),
    readAll: () => readAll(redis),
    runId: async () => /^run_id:(\w+)/m.exec(await redis.info('server'))?.[1] ?? '',
    close: () => redis.disconnect(),
  };
}

async function writeAll(redis: Redis, entries: readonly Entry[]): Promise<void> {
  for (let at = 0; at < entries.length; at += batch) {
    const pipeline = redis.pipeline();
    for (const [key, value] of entries.slice(at, at + batch)) pipeline.set(key, value);
    const replies = (await pipeline.exec()) ?? [];
    const [error] = replies.find(([refusal]) => refusal) ?? [];
    if (error) throw error;
  }
}

async function readAll(redis: Redis): Promise<Entry[]> {
  const entries = new Map<string, string>();
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'COUNT', batch);
    const values = keys.length > 0 ? await redis.mget(keys) : [];
    for (const [index, key] of keys.entries()) entries.set(key, values[index] ?? '');
    cursor = next;
  } while (cursor !== '0');
  return [...entries];
}
