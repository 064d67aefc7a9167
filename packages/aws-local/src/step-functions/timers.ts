/** Timers for any time, which can be cancelled. */
import { Halted } from './failure.ts';

export interface Timers {
  /**
   * Calls back at a time in milliseconds since the epoch, or at once if it has passed. Returns a function that cancels
   * it. Later changes of the clock have no effect.
   */
  at(time: number, wake: () => void): () => void;
}

/** The maximum delay of Node's timers. */
const maxTimerMs = 2 ** 31 - 1;

export const systemTimers = (now: () => Date): Timers => ({
  at: (time, wake) => {
    let timer: NodeJS.Timeout;
    const end = performance.now() + time - now().getTime();
    const arm = () => {
      const left = end - performance.now();
      timer = left > 0 ? setTimeout(arm, Math.min(Math.ceil(left), maxTimerMs)) : setTimeout(wake, 0);
    };
    arm();
    return () => clearTimeout(timer);
  },
});

/** Throws `Halted` when a signal is aborted. `Infinity` sleeps until then. */
export function sleepUntil(timers: Timers, time: number, signals: readonly AbortSignal[]): Promise<void> {
  if (signals.some((signal) => signal.aborted)) return Promise.reject(new Halted());
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => () => {
      cancel();
      for (const signal of signals) signal.removeEventListener('abort', stop);
      settle();
    };
    const stop = end(() => reject(new Halted()));
    const cancel = time === Number.POSITIVE_INFINITY ? () => undefined : timers.at(time, end(resolve));
    for (const signal of signals) signal.addEventListener('abort', stop, { once: true });
  });
}
