/**
 * Invokes functions at their rate: the first time at once, then every `rate / speed`, never again before the last invocation has ended.
 * Does not: cron expressions, flexible windows, or a tick for the time that this process did not run.
 */
import { randomUUID } from 'node:crypto';
import type { Place } from './stack/physicals.ts';
import type { Schedule } from './stack/stack.ts';

export interface ScheduleOptions {
  readonly schedules: readonly Schedule[];
  readonly place: Pick<Place, 'accountId' | 'region'>;
  /** How many times faster than on AWS time passes. */
  readonly speed: number;
  invoke(functionArn: string, event: unknown): Promise<unknown>;
  /** Told of an invocation that failed; the next tick comes all the same. */
  onFailure(failure: { functionArn: string; error: unknown }): void;
}

/** Starts ticking. `close` starts no more and waits for invocations that run. */
export function startSchedule({ schedules, place, speed, invoke, onFailure }: ScheduleOptions): { close(): Promise<void> } {
  const running = new Set<Promise<unknown>>();
  const tick = ({ ruleArn, functionArn }: Schedule) => {
    const work = invoke(functionArn, scheduledEvent(ruleArn, place)).catch((error) => onFailure({ functionArn, error }));
    running.add(work);
    return work.finally(() => running.delete(work));
  };
  const timers = schedules.map((schedule) => {
    let busy = false;
    const attempt = async () => {
      if (busy) return;
      busy = true;
      await tick(schedule);
      busy = false;
    };
    const first = setImmediate(attempt);
    const timer = setInterval(attempt, Math.max(1, schedule.rateMs / speed));
    return () => {
      clearImmediate(first);
      clearInterval(timer);
    };
  });
  return {
    close: async () => {
      for (const stop of timers) stop();
      await Promise.all(running);
    },
  };
}

const scheduledEvent = (ruleArn: string, { accountId, region }: Pick<Place, 'accountId' | 'region'>) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: accountId,
  time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  region,
  resources: [ruleArn],
  detail: {},
});
