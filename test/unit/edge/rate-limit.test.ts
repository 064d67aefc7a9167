/** The rate limit of a team. */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { rateLimit, type Spend } from '#lib/edge/rate-limit.ts';
import { Problem } from '#lib/model/problem.ts';

const second = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
/** The number of accepted requests among this many at that moment. */
const through = (spend: Spend, times: number, { at, teamId = 'team_1' }: { at: Date; teamId?: string }): number => {
  let count = 0;
  for (let time = 0; time < times; time++) {
    try {
      spend(teamId, at);
      count += 1;
    } catch (error) {
      if (!(error instanceof Problem && error.code === 'rate_limited')) throw error;
    }
  }
  return count;
};
const refusal = (spend: Spend, at: Date): unknown => {
  try {
    spend('team_1', at);
    return null;
  } catch (error) {
    return error;
  }
};

describe('the rate of a team', () => {
  it('is its burst at once, and then its rate', () => {
    const spend = rateLimit({ perSecond: 2, burst: 10 });

    expect(through(spend, 50, { at: second(0) })).toBe(10);
    expect(through(spend, 50, { at: second(3) })).toBe(6);
    expect(through(spend, 50, { at: second(1000) })).toBe(10);
  });

  it('is not less because the clock went back', () => {
    const spend = rateLimit({ perSecond: 2, burst: 10 });

    expect(through(spend, 5, { at: second(3600) })).toBe(5);
    expect(through(spend, 50, { at: second(0) })).toBe(5);
    expect(through(spend, 50, { at: second(3) })).toBe(6);
  });

  it('does not affect other teams', () => {
    const spend = rateLimit({ perSecond: 1, burst: 1 });

    expect([through(spend, 5, { at: second(0) }), through(spend, 5, { at: second(0), teamId: 'team_2' })]).toEqual([
      1, 1,
    ]);
  });

  it('comes with Retry-After, after which a request is accepted', () => {
    const spend = rateLimit({ perSecond: 0.25, burst: 1 });
    spend('team_1', second(0));
    const refused = refusal(spend, second(1));

    expect(refused).toMatchObject({ code: 'rate_limited', extra: { retryAfterSeconds: 3 } });
    expect([refusal(spend, second(3)), refusal(spend, second(4))]).toEqual([expect.any(Problem), null]);
  });

  it('is never more than burst and rate together, however requests come', () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 1, max: 20 })), {
      maxLength: 50,
    });
    void fc.assert(
      fc.property(gaps, (arrivals) => {
        const spend = rateLimit({ perSecond: 3, burst: 12 });
        let at = 0;
        let count = 0;
        for (const [gap, times] of arrivals) {
          at += gap;
          count += through(spend, times, { at: second(at / 1000) });
        }
        expect(count).toBeLessThanOrEqual(12 + (3 * at) / 1000);
      }),
    );
  });

  it('is remembered of busy tokens only', () => {
    const spend = rateLimit({ perSecond: 1, burst: 2 });
    for (let token = 0; token < 10_000; token++) spend(`tok_${token}`, second(0));

    expect(through(spend, 5, { at: second(0), teamId: 'tok_9999' })).toBe(1);

    spend('tok_new', second(5));
    expect(through(spend, 5, { at: second(5), teamId: 'tok_9999' })).toBe(2);
  });
});
