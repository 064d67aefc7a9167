/** Data in a database, by a real client: written, and compared by a digest over all of it. */
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { read } from '#local/test-support/customer.ts';
import type { Running } from './cloud.ts';

const once = { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, disconnectTimeout: 20 } as const;

/** A connection for `act`, by the credentials that the API returns, on the plaintext port. */
export async function withRedis<T>(cloud: Running, database: string, act: (redis: Redis) => Promise<T>): Promise<T> {
  const { url } = await read<{ url: string }>(cloud, `/v1/databases/${database}/credentials`);
  const redis = new Redis(url, once);
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}

/** Writes this many keys with distinct values; returns the digest of all data. */
export const fill = (cloud: Running, database: string, count: number): Promise<string> =>
  withRedis(cloud, database, async (redis) => {
    const pairs = Array.from({ length: count }, (_, n) => [`${database}:${n}`, `value ${n} of ${database}`] as const);
    await redis.mset(Object.fromEntries(pairs));
    return digest(redis);
  });

export const digestOf = (cloud: Running, database: string): Promise<string> => withRedis(cloud, database, digest);

async function digest(redis: Redis): Promise<string> {
  const keys = (await redis.keys('*')).sort();
  const values = keys.length > 0 ? await redis.mget(keys) : [];
  return `${keys.length} keys, ${createHash('sha256')
    .update(JSON.stringify([keys, values]))
    .digest('hex')}`;
}
