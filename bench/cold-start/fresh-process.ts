/** First calls in fresh processes, alternating, so that other load on the machine slows both down. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SentCall } from '../requests/recorded-calls.ts';
import { median } from '../statistics.ts';

/** Milliseconds, medians. */
export interface Pair {
  readonly ours: number;
  readonly bare: number;
}

/** With fewer calls, the 90th percentile of the functions would be the noise of a single function. */
const rounds = 21;

export async function turnAbout(
  files: Readonly<Record<keyof Pair, string>>,
  event: unknown,
  environment: Readonly<Record<string, string>>,
): Promise<Pair> {
  const took = { ours: [] as number[], bare: [] as number[] };
  const call = async (which: keyof Pair) => took[which].push(await firstCallOf(files[which], event, environment));
  for (let round = 0; round < rounds; round++)
    for (const which of round % 2 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)) await call(which);
  return { ours: median(took.ours), bare: median(took.bare) };
}

interface FirstCallTimes {
  readonly init: number;
  readonly call: number;
  readonly failure: string | null;
}

/** A step may fail with `Problem` or `Transient`, as in a deployment. Any other error is a fault of the bundle. */
const foreseen = new Set([null, 'Problem', 'Transient']);

async function firstCallOf(
  file: string,
  event: unknown,
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const child = fork(join(import.meta.dirname, 'first-call-process.ts'), [file, JSON.stringify(event)], {
    env: { ...environment, PATH: process.env.PATH },
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const [times] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [FirstCallTimes | number];
  if (typeof times === 'number') throw new Error(`${file} ended with ${times}`);
  if (!foreseen.has(times.failure)) throw new Error(`${file} failed: ${times.failure}`);
  return times.init + times.call;
}

/** The calls of AWS that a function's sources send for an event, as in a deployment. */
export async function recordedGroups(file: string, event: unknown): Promise<readonly (readonly SentCall[])[]> {
  const child = fork(join(import.meta.dirname, 'recording-process.ts'), [file, JSON.stringify(event)], {
    execArgv: ['--no-warnings', '--conditions=deployed'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [groups] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [SentCall[][] | number];
  if (typeof groups === 'number') throw new Error(`${file} ended with ${groups}`);
  return groups;
}
