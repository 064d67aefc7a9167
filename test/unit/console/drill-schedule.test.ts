/** What the console says of a drill schedule, and what its form sends. */
import { describe, expect, it } from '@jest/globals';
import type { DrillSchedule } from '#console/api/types.ts';
import { bodyOf, days, draftOf, refusalText, scheduleState, windowLine } from '#console/view-models/drill-schedule.ts';
import { SetDrillSchedule } from '#lib/contracts/drill-schedules.ts';
import { windowText } from '#lib/databases/maintenance-window.ts';
import { weekdays } from '#lib/model/database.ts';

const drillKey = 'arn:aws:kms:us-east-1:111122223333:key/9d0c7a11-1d3b-4c5a-9e7f-0a1b2c3d4e5f';
const aSchedule = (its: Partial<DrillSchedule> = {}): DrillSchedule => ({
  ...{ mode: 'simulated', every: 'month', window: { day: 'sunday', time: '22:30' }, windowText: '', drillKey: null },
  ...{ owner: 'ada@acme.example', nextAt: '2026-12-06T22:30:00.000Z', overdueSince: null, lastStartedAt: null },
  skipped: null,
  ...its,
});
const at = (iso: string) => Date.parse(iso);

describe('a drill schedule', () => {
  it('is green before its window, amber in it, and red once a window ended without a drill', () => {
    const before = at('2026-12-06T22:29:59.000Z');

    expect(scheduleState(aSchedule(), before)).toEqual({
      tone: 'green',
      word: 'scheduled',
      sentence: 'A simulated drill starts by itself once a month.',
    });
    expect(scheduleState(aSchedule(), at('2026-12-06T22:30:00.000Z'))).toMatchObject({
      tone: 'amber',
      word: 'due now',
    });
    const overdue = aSchedule({ mode: 'real', every: 'quarter', overdueSince: '2026-11-29T22:30:00.000Z' });
    expect(scheduleState(overdue, before)).toEqual({
      tone: 'red',
      word: 'overdue',
      sentence: 'A real drill starts by itself once a quarter.',
    });
  });

  it('says why the last start was refused, as text that is safe to read', () => {
    const skipped = { dueAt: '', at: '', reason: 'wrong_state', detail: 'Database \u202eorders is stopped.' };

    expect(refusalText(aSchedule({ skipped }))).toBe('Database \ufffdorders is stopped.');
    expect(refusalText(aSchedule())).toBeNull();
  });

  it('has its window in the words of the API, on every day and over midnight', () => {
    expect([...days].sort()).toEqual([...weekdays].sort());
    for (const day of days)
      for (const time of ['00:00', '04:05', '22:30']) expect(windowLine({ day, time })).toBe(windowText({ day, time }));
    expect(windowLine({ day: 'sunday', time: '' })).toBeNull();
  });
});

describe('the form of a drill schedule', () => {
  it('begins with what is set, or with a monthly simulated drill that the reader owns', () => {
    expect(draftOf(aSchedule({ mode: 'real', drillKey }), 'grace@acme.example')).toEqual({
      ...{ mode: 'real', every: 'month', day: 'sunday', time: '22:30', owner: 'ada@acme.example', drillKey },
    });
    expect(draftOf(null, 'grace@acme.example')).toMatchObject({ mode: 'simulated', owner: 'grace@acme.example' });
    expect(draftOf(null, 'ci-token').owner).toBe('');
  });

  it('sends what the API takes, without white space, and a drill key for a real drill only', () => {
    const draft = { ...draftOf(null, ' ada@acme.example '), drillKey: ` ${drillKey}\n` };

    expect(bodyOf(draft)).not.toHaveProperty('drillKey');
    expect(bodyOf({ ...draft, mode: 'real' })).toMatchObject({ owner: 'ada@acme.example', drillKey });
    for (const mode of ['simulated', 'real'] as const)
      expect(SetDrillSchedule.body?.safeParse(bodyOf({ ...draft, mode }))).toMatchObject({ success: true });
  });
});
