/** Warnings before a date: each mark once, none lost or doubled, for any sweeps that were missed (promise 13). */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { markAt } from '#lib/model/warnings/dates.ts';
import { warningMarks } from '#lib/model/warnings/notified.ts';
import { at } from '#test/support/build.ts';
import { aWarnedKey, aWatchedKey, type Changes, dayMs, pendingDeletion } from './a-warned-key.ts';

const inDays = (days: number, from = at): Date => new Date(from.getTime() + days * dayMs);
const deleted = inDays(30).toISOString();
const kinds: readonly [kind: string, changesOf: (date: string) => Changes][] = [
  ['deletion', pendingDeletion],
  ['expiry', (validTo) => ({ check: { validTo } })],
];

describe.each(kinds)('the %s', (kind, changesOf) => {
  const near = `${kind}_near`;

  it('is notified once at each mark by a sweep of each minute', () => {
    const key = aWatchedKey(aWarnedKey(changesOf(deleted)));
    const notified: [string, number][] = [];
    for (let minute = 0; minute <= 31 * 1440; minute++) {
      const now = new Date(at.getTime() + minute * 60_000);
      notified.push(...key.facts(now).map((fact): [string, number] => [fact, minute / 1440]));
    }

    expect(notified).toEqual([
      [`${near} 30`, 0],
      [`${near} 14`, 16],
      [`${near} 7`, 23],
      [`${near} 3`, 27],
      [`${near} 1`, 29],
    ]);
  });

  it('is notified with the nearest mark after a pause of two days', () => {
    const key = aWatchedKey(aWarnedKey(changesOf(deleted)));
    key.check(inDays(26.9));

    expect(key.facts(inDays(28.9))).toEqual([`${near} 3`]);
    expect(key.facts(inDays(29.5))).toEqual([`${near} 1`]);

    const later = aWatchedKey(aWarnedKey(changesOf(deleted)));
    later.check(inDays(22));
    expect(later.facts(inDays(29.2))).toEqual([`${near} 1`]);
    expect(later.facts(inDays(29.3))).toEqual([]);
  });

  it('is notified exactly once per mark for any dates and any sweeps', () => {
    const sweeps = fc.array(fc.double({ min: 0, max: 40, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 39, noNaN: true }), sweeps, (days, times) => {
        const date = inDays(days);
        const key = aWatchedKey(aWarnedKey(changesOf(date.toISOString())));
        const sorted = times.toSorted((a, b) => a - b).map((time) => inDays(time));

        const notified = sorted.map((now) => ({ now, notices: key.check(now) }));

        const marks = notified.flatMap(({ notices }) => notices.map(({ about }) => Number(about.split('#')[1])));
        expect(new Set(marks).size).toBe(marks.length);
        expect(marks).toEqual(marks.toSorted((a, b) => b - a));
        // None is lost: after each sweep, the nearest mark that has passed is the last notified one.
        notified.forEach(({ now }, sweep) => {
          const due = markAt(date.toISOString(), now);
          const soFar = notified.slice(0, sweep + 1).flatMap(({ notices }) => notices);
          if (due !== null) expect(soFar.at(-1)?.about).toBe(`${date.toISOString()}#${due}`);
        });
      }),
    );
  });

  it('is planned anew when its date moves, and withdrawn once when it goes', () => {
    const key = aWatchedKey(aWarnedKey(changesOf(deleted)));
    expect(key.facts(inDays(24))).toEqual([`${near} 7`]);

    const moved = aWarnedKey(changesOf(inDays(34).toISOString()));
    expect(key.facts(inDays(24.1), moved)).toEqual([`${near} 14`]);
    expect(key.facts(inDays(28), moved)).toEqual([`${near} 7`]);

    const well = aWarnedKey();
    expect(key.facts(inDays(28.1), well)).toEqual([`${kind}_withdrawn 7`]);
    expect(key.facts(inDays(28.2), well)).toEqual([]);
    expect(key.row().notifiedWarnings).toEqual({});
    expect(key.entries.map(({ type }) => type)).toEqual([...Array(3).fill('KeyWarningRaised'), 'KeyWarningWithdrawn']);
  });

  it('is withdrawn when it moves beyond the first mark, and notified again there', () => {
    const key = aWatchedKey(aWarnedKey(changesOf(inDays(5).toISOString())));
    key.check(at);
    const later = aWarnedKey(changesOf(inDays(60).toISOString()));

    expect(key.facts(inDays(1), later)).toEqual([`${kind}_withdrawn 7`]);
    expect(key.facts(inDays(29.9), later)).toEqual([]);
    expect(key.facts(inDays(30), later)).toEqual([`${near} 30`]);
  });

  it('uses the last known date while the key cannot be described, and ends with the key', () => {
    const key = aWatchedKey(aWarnedKey(changesOf(deleted)));
    key.check(inDays(16));
    const silent = aWarnedKey({ status: 'unusable', check: { keyState: null, deletionDate: null, validTo: null } });

    expect(key.facts(inDays(17), silent)).toEqual([]);
    expect(key.facts(inDays(23), silent)).toEqual([`${near} 7`]);

    const gone = aWarnedKey({ status: 'unusable', check: { fault: 'not_found', keyState: null, deletionDate: null } });
    expect(key.facts(inDays(31), gone)).toEqual([]);
    expect(key.entries.filter(({ type }) => type === 'KeyWarningWithdrawn')).toEqual([]);
  });

  it('is not notified after it has passed', () => {
    const key = aWatchedKey(aWarnedKey(changesOf(deleted)));
    expect(key.facts(inDays(30.01))).toEqual([]);
  });
});

it('material that expired is not withdrawn: the lockout reports it', () => {
  const key = aWatchedKey(aWarnedKey({ check: { validTo: inDays(1).toISOString() } }));
  key.check(at);
  const expired = aWarnedKey({ status: 'unusable', check: { keyState: 'PendingImport', validTo: null } });
  expect(key.facts(inDays(1.1), expired)).toEqual([]);
});

it('a mark begins exactly so many days before the date', () => {
  const date = inDays(60).toISOString();
  for (const mark of warningMarks) {
    expect(markAt(date, inDays(60 - mark))).toBe(mark);
    expect(markAt(date, new Date(inDays(60 - mark).getTime() - 1))).not.toBe(mark);
  }
});
