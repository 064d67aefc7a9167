/**
 * Data as web applications keep it in Redis: sessions in JSON that expire, with names, tokens and a cart. Redis's
 * snapshot of it is a third smaller.
 */
import { randomBytes, randomInt } from 'node:crypto';
import type { Redis } from 'ioredis';

const words = (
  'order cart checkout payment pending shipped returned blue green large small ' +
  'cotton steel paper lamp chair table cup shirt shoe'
).split(' ');
const word = () => words[randomInt(words.length)] ?? '';

const item = () => ({
  sku: randomBytes(6).toString('hex'),
  title: `${word()} ${word()} ${word()}`,
  quantity: randomInt(1, 5),
  cents: randomInt(100_000),
});

/** Generated beforehand, so that the time to fill does not include it. */
const carts = Array.from({ length: 4096 }, () => JSON.stringify(Array.from({ length: randomInt(1, 12) }, item)));

function session(number: number): string {
  const token = randomBytes(24).toString('base64url');
  const email = `${word()}.${word()}${number}@example.com`;
  const seenAt = Date.now() - randomInt(1e9);
  const cart = carts[randomInt(carts.length)];
  return `{"id":${number},"token":"${token}","email":"${email}","seenAt":${seenAt},"cart":${cart}}`;
}

const batch = 1000;
const longestDay = 7 * 86_400;

/** Writes until the values have this number of bytes. */
export async function fillWithSessions(redis: Redis, bytes: number): Promise<void> {
  for (let [number, written] = [0, 0]; written < bytes; ) {
    const pipeline = redis.pipeline();
    for (const end = number + batch; number < end && written < bytes; number += 1) {
      const value = session(number);
      written += value.length;
      pipeline.set(`session:${number}`, value, 'EX', longestDay);
    }
    const replies = (await pipeline.exec()) ?? [];
    const [error] = replies.find(([refusal]) => refusal) ?? [];
    if (error) throw error;
  }
}
