/** One run of a state machine in which the platform is killed in state after state, and started again each time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Running } from '../cloud.ts';
import { executions } from './executions.ts';
import type { Moment, Rule } from './rules.ts';
import type { World } from './world.ts';

export interface Chain {
  readonly machine: string;
  /** Where it is killed, once in each. */
  readonly states: readonly string[];
  readonly moment: Moment;
  /** What goes wrong besides, until it is first killed. */
  readonly rules?: readonly Rule[];
  /** Starts what the machine does. */
  begin(): Promise<unknown>;
  /** Whether what was to come of it has come; no execution may run then. */
  done(): Promise<boolean>;
}

/** The states in which it was killed, in order. A minute passes with each start, so that no claim of the dead holds anything up. */
export async function killedInEach(world: World, chain: Chain): Promise<string[]> {
  const { machine, moment, rules = [], begin, done } = chain;
  const left = new Set(chain.states);
  const killed: string[] = [];
  const armed = () =>
    world.rules({ kind: 'kill', machine, states: [...left], moment }, ...(killed.length === 0 ? rules : []));
  await armed();
  // Its answer may be lost with the process that gave it.
  await begin().catch(async (error: unknown) => {
    // The connection ends a moment before the process is known to be over.
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

/** A request to a cloud that was killed has no answer, which is no answer to the question either. */
async function finished(world: World, done: () => Promise<boolean>): Promise<typeof finish> {
  const { cloud } = world;
  await world.eventually('what was to come', async () => !cloud.isAlive() || isOver(cloud, done).catch(() => false));
  return cloud.isAlive() ? finish : new Promise(() => undefined);
}

const isOver = async (cloud: Running, done: () => Promise<boolean>) =>
  (await done()) && (await executions(cloud)).length === 0;
