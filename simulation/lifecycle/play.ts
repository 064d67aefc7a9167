/** Plays a schedule in a new world, then waits until the world is at rest. Returns the violations. */

import { calm } from '#simulation/chaos.ts';
import { act } from './actions.ts';
import {
  brokenAtRest,
  brokenChains,
  crossedTeams,
  openedWithoutReason,
  servingPastDeadline,
  type Verified,
} from './invariants.ts';
import { brokenNotices } from './notices.ts';
import type { Schedule } from './schedule.ts';
import { aWorld, keyArns, type World } from './world.ts';

const checkIntervalMs = 20_000;
/**
 * The time without faults until the world is at rest: late events, retries, and a full check of each key with its
 * lockout.
 */
const restMs = 80 * 60_000;

export interface PlayResult {
  readonly broken: readonly string[];
  readonly world: World;
}

export async function play({ rates, steps, ...setting }: Schedule): Promise<PlayResult> {
  const world = await aWorld(setting);
  const look = createObserver(world);
  world.chaos.setRates(rates);
  for (const { after, action } of steps) {
    const broken = await look(world.time.millis() + after * 1000);
    if (broken.length > 0) return { broken, world };
    act(world, action);
    if (action.do === 'outage') look.outage(action.seconds * 1000);
  }
  const broken = await look(world.time.millis() + 20 * 60_000);
  if (broken.length > 0) return { broken, world };
  world.chaos.setRates(calm);
  const once = rates.crash === 0 && !steps.some(({ action }) => action.do === 'outage' && action.service === 'table');
  return {
    broken: [
      ...(await look(world.time.millis() + restMs)),
      ...brokenAtRest(world),
      ...brokenNotices(world, { once }),
      ...brokenChains(world, new Map()),
    ],
    world,
  };
}

/** Advances the time and checks the invariants at intervals. */
function createObserver(world: World) {
  const reasons = new Map<string, number>();
  const verified: Verified = new Map();
  let outageMs = 0;
  const seen = (): string[] => {
    for (const arn of keyArns) if (!world.kms.isUsable(arn)) reasons.set(arn, world.time.millis());
    const breaches = [
      ...servingPastDeadline(world, outageMs),
      ...openedWithoutReason(world, reasons),
      ...crossedTeams(world),
    ];
    return [...world.breaches, ...breaches];
  };
  const look = async (until: number): Promise<string[]> => {
    while (world.time.millis() < until) {
      await world.time.runUntil(Math.min(until, world.time.millis() + checkIntervalMs));
      const broken = seen();
      if (broken.length > 0) return broken;
    }
    return brokenChains(world, verified);
  };
  return Object.assign(look, {
    outage: (milliseconds: number) => {
      outageMs += milliseconds;
    },
  });
}
