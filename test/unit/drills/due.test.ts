/** When a schedule's drills are due. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextDue, turnOf } from '#lib/drills/due.ts';
import { weekdays } from '#lib/model/database.ts';
import { drillPeriods } from '#lib/model/drill-state.ts';

const [hourMs, dayMs] = [3_600_000, 86_400_000];
const two = (number: number) => String(number).padStart(2, '0');
const times = fc.date({ min: new Date('2024-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
const plans = fc.record({
  every: fc.constantFrom(...drillPeriods),
  window: fc.record({
    day: fc.constantFrom(...weekdays),
    time: fc.tuple(fc.nat(23), fc.nat(59)).map(([hour, minute]) => `${two(hour)}:${two(minute)}`),
  }),
});
/** The shortest and the longest month or quarter. */
const daysOf = { month: [28, 31], quarter: [89, 92] } as const;

describe('the next due time', () => {
  it('is the first window that begins a period after the last start, and has not ended', () => {
    fc.assert(
      fc.property(plans, times, fc.nat(400 * dayMs), (plan, last, sinceMs) => {
        const at = new Date(last.getTime() + sinceMs);

        const due = nextDue(plan, last.toISOString(), at);

        expect(weekdays[due.getUTCDay()]).toBe(plan.window.day);
        expect(due.toISOString().slice(11, 16)).toBe(plan.window.time);
        const [shortest, longest] = daysOf[plan.every];
        const passed = due.getTime() - last.getTime();
        expect(passed).toBeGreaterThanOrEqual(shortest * dayMs);
        expect(due.getTime() + 4 * hourMs).toBeGreaterThan(at.getTime());
        const latest = Math.max(last.getTime() + longest * dayMs, at.getTime());
        expect(due.getTime()).toBeLessThanOrEqual(latest + 7 * dayMs);
      }),
    );
  });

  it('is the open window, or the next one, before the first drill', () => {
    fc.assert(
      fc.property(plans, times, (plan, at) => {
        const due = nextDue(plan, null, at);

        expect(turnOf({ nextAt: due.toISOString() }, at)).not.toBe('over');
        expect(due.getTime() - at.getTime()).toBeLessThanOrEqual(7 * dayMs - 4 * hourMs);
      }),
    );
  });

  it.each([
    ['month', '2026-01-31T05:00:00.000Z', '2026-03-01T04:00:00.000Z'],
    ['month', '2026-02-01T04:00:00.000Z', '2026-03-01T04:00:00.000Z'],
    ['month', '2026-02-01T04:00:01.000Z', '2026-03-08T04:00:00.000Z'],
    ['quarter', '2025-11-30T04:00:00.000Z', '2026-03-01T04:00:00.000Z'],
  ] as const)('counts a %s from %s on the calendar, to the end of a shorter month', (every, last, due) => {
    const plan = { every, window: { day: 'sunday', time: '04:00' } } as const;

    expect(nextDue(plan, last, new Date(last)).toISOString()).toBe(due);
  });
});

it('a turn is due from the start of its window for four hours', () => {
  const nextAt = '2026-03-01T04:00:00.000Z';
  const turns = ['03:59:59', '04:00:00', '07:59:59', '08:00:00'].map((time) =>
    turnOf({ nextAt }, new Date(`2026-03-01T${time}.000Z`)),
  );

  expect(turns).toEqual(['early', 'due', 'due', 'over']);
});
