/** Times in mails. */
import { describe, expect, it } from '@jest/globals';
import { duration, momentFrom } from '#lib/notifications/mail/times.ts';

const at = '2026-11-24T11:02:00.000Z';

describe('times in a mail', () => {
  it.each([
    ['2026-11-24T11:12:00.000Z', '24 November 2026, 11:12 UTC (in 10 minutes)'],
    ['2026-11-24T10:42:00.000Z', '24 November 2026, 10:42 UTC (20 minutes ago)'],
    ['2026-11-24T11:02:10.000Z', '24 November 2026, 11:02 UTC (in 10 seconds)'],
    ['2026-11-24T13:02:00+02:00', '24 November 2026, 11:02 UTC'],
    ['2027-01-01T00:05:00.000Z', '1 January 2027, 00:05 UTC (in 37 days 13 hours)'],
  ])('shows %s as %s', (iso, shown) => {
    expect(momentFrom(iso, at)).toBe(shown);
  });

  it.each([
    [0, '0 seconds'],
    [1, '1 second'],
    [60, '1 minute'],
    [3599, '1 hour'],
    [5400, '1 hour 30 minutes'],
    [7200, '2 hours'],
    [86_400, '1 day'],
    [172_800, '2 days'],
    [-5, '0 seconds'],
  ])('counts %d seconds as %s', (seconds, shown) => {
    expect(duration(seconds)).toBe(shown);
  });
});
