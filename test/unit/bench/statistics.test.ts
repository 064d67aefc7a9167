/** Percentiles and medians of measurements. */
import { describe, expect, it } from '@jest/globals';
import { median, percentile } from '../../../bench/statistics.ts';

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [50, 50],
    [90, 90],
    [99, 99],
    [100, 100],
    [0, 1],
  ])('of %d is a value that was measured, whatever their order', (percent, expected) => {
    expect(percentile(hundred, percent)).toBe(expected);
  });

  it('compares numbers as numbers', () => expect(percentile([10, 9, 100], 100)).toBe(100));

  it('is refused for nothing', () => expect(() => percentile([], 50)).toThrow('nothing'));
});

describe('a median', () => {
  it('is the lower one of two in the middle', () => expect(median([4, 1, 3, 2])).toBe(2));
});
