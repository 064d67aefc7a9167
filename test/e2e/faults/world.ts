/** A local cloud with faults: killed at will, on a clock that jumps, with AWS that refuses. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '#local/test-support/until.ts';
import { aHome, type Home, type HomeOptions, type Running } from '#test/e2e/cloud.ts';
import { noPlan, type Plan, type PlanResponse, planFile, type Rule } from './rules.ts';

const program = fileURLToPath(new URL('./faulty-cloud.ts', import.meta.url));
const minuteMs = 61_000;

export interface World {
  readonly home: Home;
  /** The current cloud. */
  readonly cloud: Running;
  /** Returns the state in which it killed itself while it started; null when it is ready. */
  start(): Promise<string | null>;
  kill(): Promise<void>;
  /** Replaces the planned faults. */
  rules(...rules: readonly Rule[]): Promise<PlanResponse>;
  /** Moves the clock, by a minute by default. */
  clock(byMs?: number): Promise<PlanResponse>;
  /** The refusals and holds so far. */
  planStatus(): Promise<PlanResponse>;
  /** As `until`, while minutes pass on the clock, so that work for the next sweep is done soon. */
  eventually(what: string, ask: () => Promise<boolean>): Promise<void>;
  /** Resolves with the state in which it killed itself; null when it ended in another way. */
  killed(): Promise<string | null>;
  end(): Promise<void>;
}

export function aWorld({ firstPort, speed = 600, wrapper = [] }: HomeOptions & { readonly firstPort: number }): World {
  const home = aHome({ program, firstPort, speed, wrapper });
  let running: Running | null = null;
  let plan: Plan = noPlan;
  const cloud = (): Running => {
    if (!running) throw new Error('The cloud was not started.');
    return running;
  };
  const planStatus = async () => ((await cloud().tell({})) ?? { refused: 0, held: [] }) as PlanResponse;
  const planned = (change: Partial<Plan>) => {
    plan = { ...plan, ...change };
    writeFileSync(join(home.dir, planFile), JSON.stringify(plan));
  };
  const changed = async (change: Partial<Plan>): Promise<PlanResponse> => {
    planned(change);
    return running?.isAlive() ? planStatus() : { refused: 0, held: [] };
  };
  const clock = (byMs = minuteMs) => changed({ clockMs: plan.clockMs + byMs });
  return {
    home,
    get cloud() {
      return cloud();
    },
    start: async () => {
      try {
        running = await home.start();
        return null;
      } catch (error) {
        const state = stateIn(String(error));
        if (state === null) throw error;
        return state;
      }
    },
    kill: () => cloud().kill(),
    rules: (...rules) => changed({ rules }),
    clock,
    planStatus,
    eventually: async (what, ask) => {
      let looks = 0;
      const look = async () => {
        looks += 1;
        if (looks % 40 === 0) await clock();
        return ask();
      };
      await until(what, look);
    },
    killed: async () => {
      const { output } = await cloud().ended;
      return stateIn(output);
    },
    end: () => home.end(),
  };
}

const stateIn = (output: string): string | null => /killed in \[(.*)\]/.exec(output)?.[1] ?? null;
