import { describe, expect, it } from '@jest/globals';
import { trailDate } from '../../../src/kms/trail-date.ts';

describe('a date in a record of KMS', () => {
  it.each([
    ['2025-07-07T13:02:03Z', 'Jul 7, 2025, 1:02:03 PM'],
    ['2026-01-01T00:00:00Z', 'Jan 1, 2026, 12:00:00 AM'],
    ['2026-12-31T12:59:59Z', 'Dec 31, 2026, 12:59:59 PM'],
    ['2026-02-10T11:05:00Z', 'Feb 10, 2026, 11:05:00 AM'],
  ])('%s is %s', (iso, words) => {
    expect(trailDate(Date.parse(iso) / 1000)).toBe(words);
  });
});
