/** An app that reads its database all the time, on one connection. */
import { setTimeout } from 'node:timers/promises';
import type { Entry } from './content.ts';
import { connectApp } from './redis.ts';
import { check } from './stage.ts';

export interface SteadyReads {
  /** How many reads returned what was written. Throws a `DemoFailure`, or the error of the first failed read. */
  stop(): Promise<number>;
}

const pauseMs = 20;

export async function startSteadyReads(url: string, entries: readonly Entry[]): Promise<SteadyReads> {
  const redis = await connectApp(url);
  let [served, isStopping] = [0, false];
  const run = async () => {
    while (!isStopping) {
      const [key, value] = entries[(served * 7919) % entries.length] ?? ['', ''];
      check((await redis.get(key)) === value, `The app could not read ${key}.`);
      served += 1;
      await setTimeout(pauseMs);
    }
  };
  const running = run().finally(() => redis.close());
  running.catch(() => {});
  return {
    stop: async () => {
      isStopping = true;
      await running;
      return served;
    },
  };
}
