/** Lambda: each concurrent call has its own sandbox, which is cold at first and reused later. */
import type { ScaleContext } from './context.ts';

export interface Sandboxes {
  run<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** By function: number of runs, total and longest duration in milliseconds. */
  readonly ran: ReadonlyMap<string, Ran>;
}

export interface Ran {
  readonly times: number;
  readonly millis: number;
  readonly longest: number;
}

export function sandboxes({ time, meter, lasting }: ScaleContext): Sandboxes {
  const ran = new Map<string, Ran>();
  const idle = new Map<string, number>();
  let busy = 0;
  const note = (name: string, millis: number) => {
    const { times, millis: before, longest } = ran.get(name) ?? { times: 0, millis: 0, longest: 0 };
    ran.set(name, { times: times + 1, millis: before + millis, longest: Math.max(longest, millis) });
  };
  return {
    ran,
    run: async (name, work) => {
      meter.count('Lambda Invoke');
      meter.take({ invocations: 1 });
      meter.saw('concurrency', ++busy);
      const warm = idle.get(name) ?? 0;
      if (warm > 0) idle.set(name, warm - 1);
      await time.sleep(lasting('dispatch') + (warm > 0 ? 0 : lasting('coldStart')));
      const since = time.millis();
      try {
        return await work();
      } finally {
        busy--;
        idle.set(name, (idle.get(name) ?? 0) + 1);
        note(name, time.millis() - since);
      }
    },
  };
}
