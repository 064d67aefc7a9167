/** One run of a state machine in which the platform is killed in each state, and restarted each time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Running } from '#test/e2e/cloud.ts';
import { executions } from './executions.ts';
import type { Moment, Rule } from './rules.ts';
import type { World } from './world.ts';

export interface Chain {
  readonly machine: string;
  /** The states in which it is killed, once in each. */
  readonly states: readonly string[];
  readonly moment: Moment;
  /** Faults in addition, until it is first killed. */
  readonly rules?: readonly Rule[];
  /** Starts the machine's work. */
  begin(): Promise<unknown>;
  /** Whether the expected result is reached; no execution may run then. */
  done(): Promise<boolean>;
}

/**
 * Returns the states in which it was killed, in order. A minute passes with each start, so that claims of dead
 * processes expire.
 */
export async function killInEachState(world: World, chain: Chain): Promise<string[]> {
  const { machine, moment, rules = [], begin, done } = chain;
  const left = new Set(chain.states);
  const killed: string[] = [];
  const armed = () =>
    world.rules({ kind: 'kill', machine, states: [...left], moment }, ...(killed.length === 0 ? rules : []));
  await armed();
  // The response may be lost with the process.
  await begin().catch(async (error: unknown) => {
    // The connection ends a moment before the process does.
    const isOver = await Promise.race([world.cloud.ended.then(() => true), sleep(5000, false)]);
    if (!isOver) throw error;
  });
  let state = await nextOf(world, done);
  while (state !== finish) {
    killed.push(state);
    left.delete(state);
    await armed();
    await world.clock();
    state = (await world.start()) ?? (await nextOf(world, done));
  }
  await world.rules();
  return killed;
}

const finish = Symbol('finish');

async function nextOf(world: World, done: () => Promise<boolean>): Promise<string | typeof finish> {
  const state = await Promise.race([world.killed(), finished(world, done)]);
  if (state === null) throw new Error(`The cloud ended by itself: ${world.cloud.output()}`);
  return state;
}

/** A request to a killed cloud has no response, so it does not answer the question. */
async function finished(world: World, done: () => Promise<boolean>): Promise<typeof finish> {
  const { cloud } = world;
  await world.eventually('what was to come', async () => !cloud.isAlive() || isOver(cloud, done).catch(() => false));
  return cloud.isAlive() ? finish : new Promise(() => undefined);
}

const isOver = async (cloud: Running, done: () => Promise<boolean>) =>
  (await done()) && (await executions(cloud)).length === 0;
