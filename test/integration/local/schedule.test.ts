/** The local cloud's schedules. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { type ScheduleOptions, startSchedule } from '#local/schedule.ts';

const schedules = [{ ruleArn: 'arn:rule', targets: [{ arn: 'arn:sweep' }], timing: { rateMs: 60_000 } }];
const place = { accountId: '210987654321', region: 'us-east-1' };

/** At a tick each millisecond, unless `options` say otherwise; failures are ignored. */
const start = (options: Partial<ScheduleOptions> & Pick<ScheduleOptions, 'deliver'>) =>
  startSchedule({
    ...{ schedules, place, speed: 60_000, shortestMs: 1 },
    ...{ keepUndelivered: async () => undefined, onFailure: () => undefined },
    ...options,
  });

describe('the schedule', () => {
  it('ticks soon after the start, with the event that AWS sends', async () => {
    const first = Promise.withResolvers<unknown>();
    const schedule = start({
      speed: 1,
      deliver: async (_arn, event) => first.resolve(event),
    });

    const event = await first.promise;
    await schedule.close();

    expect(event).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      resources: ['arn:rule'],
      account: '210987654321',
      detail: {},
    });
  });

  it('runs at the given speed, and continues after a failure', async () => {
    const failed: string[] = [];
    const enough = Promise.withResolvers<void>();
    const schedule = start({
      deliver: async () => {
        throw new Error('no');
      },
      keepUndelivered: async () => {
        throw new Error('no queue');
      },
      onFailure: ({ targetArn }) => {
        failed.push(targetArn);
        if (failed.length === 3) enough.resolve();
      },
    });

    await enough.promise;
    await schedule.close();

    expect(failed.slice(0, 3)).toEqual(['arn:sweep', 'arn:sweep', 'arn:sweep']);
  });

  it('keeps the shortest time between two invocations at any speed', async () => {
    const times: number[] = [];
    const enough = Promise.withResolvers<void>();
    const schedule = start({
      shortestMs: 50,
      deliver: async () => {
        times.push(Date.now());
        if (times.length === 4) enough.resolve();
      },
    });

    await enough.promise;
    await schedule.close();

    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(100);
  });

  it('never overlaps itself, and closes when the running invocation has ended', async () => {
    let started = 0;
    let ended = 0;
    const end = Promise.withResolvers<void>();
    const deliver = async () => {
      started += 1;
      await end.promise;
      ended += 1;
    };
    const schedule = start({
      deliver,
    });
    await setTimeout(20);
    const closed = schedule.close().then(() => ended);
    end.resolve();

    expect(await closed).toBe(1);
    expect(started).toBe(1);
  });
});
