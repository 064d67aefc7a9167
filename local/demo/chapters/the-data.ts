/** The app fills the database. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countFound, digestOf, type Entry, makeEntries } from '../content.ts';
import { counted } from '../durations.ts';
import { connectApp } from '../redis.ts';
import { check } from '../stage.ts';
import type { Play } from '../world.ts';
import type { DemoDatabase } from './the-database.ts';

export interface Content {
  readonly entries: readonly Entry[];
  readonly digest: string;
}

const count = 100_000;

export async function theData({ stage }: Play, database: DemoDatabase): Promise<Content> {
  stage.chapter(
    'Data worth keeping',
    `The app writes ${counted(count)} keys, each with a random value, and reads every one of them back.`,
  );
  const entries = makeEntries(count);
  const digest = digestOf(entries);
  const redis = await connectApp(database.url);
  try {
    await stage.do({
      kind: 'request',
      text: `SET ${entries[0]?.[0]} … ${entries.at(-1)?.[0]}, pipelined`,
      run: () => redis.write(entries),
    });
    await stage.prove(`${counted(count)} keys are there, and read back as they were written`, async () => {
      const read = await redis.readAll();
      check(
        read.length === count && digestOf(read) === digest,
        `${counted(read.length)} keys were read back, with another digest.`,
      );
      return `SHA-256 over all keys and values: ${digest.slice(0, 16)}…`;
    });
  } finally {
    redis.close();
  }
  const values = entries.map(([, value]) => value);
  await stage.prove('While it runs, they are in the clear in its memory', async () => {
    const files = readdirSync(database.places.aof).map((file) => readFileSync(join(database.places.aof, file)));
    const found = countFound(values, Buffer.concat(files));
    check(found === count, `The search found ${counted(found)} values of ${counted(count)}.`);
    return `A search for the values finds ${counted(found)} of ${counted(count)}. It comes back below.`;
  });
  return { entries, digest };
}
