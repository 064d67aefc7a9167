/** The token bucket that simulates AWS's rate limits. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tokenBucket } from '../../../bench/scale/token-bucket.ts';

const bucket = () => tokenBucket({ capacity: 5, perSecond: 2 });

describe('a token bucket', () => {
  it('is full at first, and refuses what it cannot pay in full', () => {
    const five = bucket();
    expect([five.take(0, 3), five.take(0, 3), five.take(0, 2)]).toEqual([true, false, true]);
    expect(five.lowest()).toBe(0);
  });

  it('is refilled steadily, to the brim and no further', () => {
    const five = bucket();
    five.take(0, 5);

    expect([five.take(400, 1), five.take(500, 1), five.take(500, 1)]).toEqual([false, true, false]);
    expect([five.take(100_000, 5), five.take(100_000, 1)]).toEqual([true, false]);
  });

  it('returns when tokens are available, and reserves them in the order of requests', () => {
    const five = bucket();

    expect(five.readyAt(0, 7)).toBe(1000);
    expect([five.borrow(0, 5), five.borrow(0, 2), five.borrow(0, 2)]).toEqual([0, 1000, 2000]);
    expect(five.lowest()).toBe(-4);
    expect(five.take(2000, 1)).toBe(false);
  });

  it('never lets through more than its capacity and what came in since', () => {
    const requests = fc.array(fc.record({ after: fc.nat({ max: 3000 }), tokens: fc.integer({ min: 1, max: 5 }) }));
    fc.assert(
      fc.property(requests, (arrivals) => {
        const five = bucket();
        let at = 0;
        let taken = 0;
        for (const { after, tokens } of arrivals) {
          at += after;
          if (five.take(at, tokens)) taken += tokens;
        }
        expect(taken).toBeLessThanOrEqual(5 + (at / 1000) * 2 + 1e-9);
      }),
    );
  });
});
