/** What the demo keeps in the database, and how it is known again. */
import { createHash, randomBytes } from 'node:crypto';

export type Entry = readonly [key: string, value: string];

/** Random values: Redis can't compress them, so they would be seen as they are wherever they are in the clear. */
export const makeEntries = (count: number): Entry[] =>
  Array.from({ length: count }, (_, index) => [
    `order:${String(index).padStart(6, '0')}`,
    randomBytes(24).toString('base64url'),
  ]);

/** SHA-256 over all keys and values, in the keys' order. */
export function digestOf(entries: readonly Entry[]): string {
  const hash = createHash('sha256');
  for (const [key, value] of entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${JSON.stringify([key, value])}\n`);
  return hash.digest('hex');
}

/** How many of the values are in the bytes, as they are. */
export function countFound(values: readonly string[], bytes: Buffer): number {
  const byStart = new Map<number, Buffer[]>();
  for (const value of values) {
    const sought = Buffer.from(value);
    const start = sought.readUInt32BE(0);
    byStart.set(start, [...(byStart.get(start) ?? []), sought]);
  }
  const found = new Set<Buffer>();
  for (let at = 0; at + 4 <= bytes.length; at += 1) {
    for (const sought of byStart.get(bytes.readUInt32BE(at)) ?? []) {
      if (bytes.subarray(at, at + sought.length).equals(sought)) found.add(sought);
    }
  }
  return found.size;
}
