/** The console shows times in the reader's zone with UTC beside it, and counts down by the server's clock. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { refine, serverTime } from '#console/view-models/server-clock.ts';
import { countdown, dayRange, distance, duration, shownTime } from '#console/view-models/time.ts';

const now = Date.parse('2026-11-29T13:02:00Z');

describe('a time', () => {
  test('has the zone of the reader first, and UTC beside it', () => {
    expect(shownTime('2026-11-29T13:10:02Z', { zone: 'Europe/Berlin', now })).toEqual({
      local: '14:10',
      utc: '13:10 UTC',
      full: '29 Nov 2026, 14:10:02 (13:10:02 UTC)',
    });
  });

  test('names the day where it is another: the one of the reader, and the one of UTC', () => {
    expect(shownTime('2026-11-29T23:30:00Z', { zone: 'Europe/Berlin', now })).toMatchObject({
      local: '30 Nov, 00:30',
      utc: '29 Nov, 23:30 UTC',
    });
    expect(shownTime('2025-01-02T10:00:00Z', { zone: 'Asia/Tokyo', now })).toMatchObject({
      local: '2 Jan 2025, 19:00',
      utc: '10:00 UTC',
    });
  });

  test('is said once to a reader in UTC', () => {
    expect(shownTime('2026-11-29T13:10:02Z', { zone: 'UTC', now })).toEqual({
      local: '13:10 UTC',
      utc: null,
      full: '29 Nov 2026, 13:10:02 UTC',
    });
  });
});

test('a countdown shows the seconds that are left, and never goes below zero', () => {
  expect(countdown(451_000)).toBe('07:31');
  expect(countdown(450_001)).toBe('07:31');
  expect(countdown(4_051_000)).toBe('1:07:31');
  expect(countdown(-5000)).toBe('00:00');
});

test('lengths of time are as short as they can be read', () => {
  expect([640, 45_000, 60_000, 451_000, 12_540_000, 180_000_000].map(duration)).toEqual([
    '0.6 s',
    '45 s',
    '1 min',
    '7 min 31 s',
    '3 h 29 min',
    '2 days 2 h',
  ]);
  expect(distance('2026-11-29T13:00:00Z', now)).toBe('2 min ago');
  expect(distance('2026-11-29T13:02:03Z', now)).toBe('just now');
  expect(distance('2026-11-29T13:01:54Z', now)).toBe('6 s ago');
  expect(dayRange('2026-10-29T00:00:00Z', '2026-11-29T00:00:00Z')).toBe('29 Oct – 28 Nov 2026');
  expect(dayRange('2026-11-29T00:00:00Z', '2026-11-29T00:00:00Z')).toBe('29 Nov 2026');
  expect(distance('2026-11-29T16:02:00Z', now)).toBe('in 3 h');
});

describe("the server's clock", () => {
  test('is known to a second after one response, and better after more, whatever this machine says', () => {
    // The server is at 1,000,000 ms when the monotonic clock is at 0; headers are cut to the second.
    const respond = (sent: number, received: number) => ({
      date: Math.floor((1_000_000 + (sent + received) / 2) / 1000) * 1000,
      sent,
      received,
    });

    const once = refine(null, respond(700, 720));
    const often = [respond(950, 970), respond(1990, 2010), respond(3003, 3020)].reduce(refine, once);

    expect(Math.abs(serverTime(once, 5000) - 1_005_000)).toBeLessThan(1000);
    expect(Math.abs(serverTime(often, 5000) - 1_005_000)).toBeLessThan(200);
  });

  test('the estimate always holds the truth, for any delays', () => {
    const delays = fc.array(fc.tuple(fc.nat(5000), fc.nat(2000), fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(delays, fc.integer({ min: 0, max: 2e12 }), (each, ahead) => {
        let at = 0;
        let estimate = null;
        for (const [pause, took, share] of each) {
          const sent = at + pause;
          const date = Math.floor((ahead + sent + took * share) / 1000) * 1000;
          estimate = refine(estimate, { date, sent, received: sent + took });
          at = sent + took;
          expect(estimate.least).toBeLessThanOrEqual(ahead);
          expect(estimate.most).toBeGreaterThanOrEqual(ahead);
        }
      }),
    );
  });

  test('begins anew when a clock was set', () => {
    const before = refine(null, { date: 1_000_000, sent: 0, received: 10 });
    const after = refine(before, { date: 4_600_000, sent: 100, received: 110 });

    expect(after).toEqual(refine(null, { date: 4_600_000, sent: 100, received: 110 }));
  });
});
