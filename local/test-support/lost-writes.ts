/** Whether a database has what it acknowledged to `liveTraffic`. */
import type { Redis } from 'ioredis';

const atOnce = 1000;

/** The acknowledged numbers that the database lacks; `prefix` is the prefix of their keys. */
export async function lostWrites(redis: Redis, acknowledged: readonly number[], prefix = 'n'): Promise<number[]> {
  const lost: number[] = [];
  for (let at = 0; at < acknowledged.length; at += atOnce) {
    const chunk = acknowledged.slice(at, at + atOnce);
    const values = await redis.mget(chunk.map((number) => `${prefix}:${number}`));
    lost.push(...chunk.filter((number, index) => values[index] !== String(number)));
  }
  return lost;
}
