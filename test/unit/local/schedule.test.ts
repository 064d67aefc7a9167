/** Cron expressions of the local cloud's schedules. */
import { describe, expect, it } from '@jest/globals';
import { untilMinute } from '#local/schedule.ts';
import { readTiming } from '#local/stack/rules.ts';

const timingOf = (expression: string) => readTiming(expression, 'Rule');

describe('a daily hour', () => {
  it('is read from its cron expression', () => {
    expect(timingOf('cron(17 3 * * ? *)')).toEqual({ dailyAtMinute: 197 });
    expect(timingOf('rate(2 hours)')).toEqual({ rateMs: 7_200_000 });
  });

  it.each(['cron(17 3 1 * ? *)', 'cron(0/5 * * * ? *)', 'cron(17 3 * * MON *)', 'at(2030-01-01T00:00:00)'])(
    'refuses %s',
    (schedule) => {
      expect(() => timingOf(schedule)).toThrow(/one rate or one daily hour/);
    },
  );

  it('comes later on the same day, or on the next', () => {
    const at = (text: string) => Date.parse(text);

    expect(untilMinute(197, at('2026-11-24T03:00:00Z'))).toBe(17 * 60_000);
    expect(untilMinute(197, at('2026-11-24T03:17:00Z'))).toBe(86_400_000);
    expect(untilMinute(197, at('2026-11-24T04:17:00.001Z'))).toBe(23 * 3_600_000 - 1);
  });
});
