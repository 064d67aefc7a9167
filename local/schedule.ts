/**
 * Invokes functions at their rate: the first time after a second at most, then every `rate / speed`, never again before
 * the last invocation has ended; or daily at their minute, which is the clock's and goes at no other speed.
 * Does not: other cron expressions, flexible windows, or a tick for the time that this process did not run.
 */
import { randomUUID } from 'node:crypto';
import { failureOf } from 'aws-local/event-bridge';

import type { Deliver, KeepUndelivered } from './invocations.ts';
import type { Place } from './stack/physicals.ts';
import type { RuleTarget, Schedule } from './stack/rules.ts';

export interface ScheduleOptions {
  readonly schedules: readonly Schedule[];
  readonly place: Pick<Place, 'accountId' | 'region'>;
  /** How many times faster than on AWS time passes. */
  readonly speed: number;
  /** The least time between two invocations at a rate, at any speed. */
  readonly shortestMs: number;
  readonly deliver: Deliver;
  /** Keeps the event of an invocation that failed; the next tick comes all the same. */
  readonly keepUndelivered: KeepUndelivered;
  /** Receives what was not kept either. */
  onFailure(failure: { targetArn: string; error: unknown }): void;
}

/** Starts ticking. `close` starts no more and waits for invocations that run. */
export function startSchedule(options: ScheduleOptions): {
  close(): Promise<void>;
} {
  const { schedules, speed, shortestMs } = options;
  const running = new Set<Promise<unknown>>();
  const tick = (schedule: Schedule) => {
    const work = Promise.all(schedule.targets.map((target) => send(schedule.ruleArn, target, options)));
    running.add(work);
    return work.finally(() => running.delete(work));
  };
  const timers = schedules.map((schedule) => {
    const { timing } = schedule;
    if ('dailyAtMinute' in timing) return daily(timing.dailyAtMinute, () => void tick(schedule));
    return repeatedly(Math.max(timing.rateMs / speed, shortestMs), () => tick(schedule));
  });
  return {
    close: async () => {
      for (const stop of timers) stop();
      await Promise.all(running);
    },
  };
}

/** Never rejects. */
async function send(ruleArn: string, { arn, deadLetterArn }: RuleTarget, options: ScheduleOptions) {
  const { place, deliver, keepUndelivered, onFailure } = options;
  const event = scheduledEvent(ruleArn, place);
  try {
    await deliver(arn, event, ruleArn);
  } catch (error) {
    await keepUndelivered(
      { targetArn: arn, ruleArn, deadLetterArn: deadLetterArn ?? null, event },
      failureOf(error, 1),
    ).catch(() => onFailure({ targetArn: arn, error }));
  }
}

/** Leaves a start to itself: what is invoked is loaded first. */
const longestBeforeFirstMs = 1000;

/** Never twice at once. Answers how to stop. */
function repeatedly(everyMs: number, work: () => Promise<unknown>): () => void {
  let busy = false;
  const attempt = async () => {
    if (busy) return;
    busy = true;
    await work();
    busy = false;
  };
  const first = setTimeout(attempt, Math.min(everyMs, longestBeforeFirstMs));
  const timer = setInterval(attempt, Math.max(1, everyMs));
  return () => {
    clearTimeout(first);
    clearInterval(timer);
  };
}

const dayMs = 86_400_000;

/** How long it is until the next time that it's this minute of the day, UTC; never 0. */
export function untilMinute(minute: number, now: number): number {
  const sinceMidnight = now % dayMs;
  const wait = minute * 60_000 - sinceMidnight;
  return wait > 0 ? wait : wait + dayMs;
}

function daily(minute: number, work: () => void): () => void {
  let timer: NodeJS.Timeout;
  const next = () => {
    timer = setTimeout(
      () => {
        next();
        work();
      },
      untilMinute(minute, Date.now()),
    );
  };
  next();
  return () => clearTimeout(timer);
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
