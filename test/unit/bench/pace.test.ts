/** The measured rate of concurrent calls. */
import { describe, expect, it } from '@jest/globals';
import { perSecond } from '../../../bench/machine/pace.ts';

describe('a pace', () => {
  it('counts what each of several at once has done', async () => {
    let calls = 0;
    const once = async () => {
      calls += 1;
      await Promise.resolve();
      return 2;
    };

    // Each call takes a tenth of a second.
    const rate = await perSecond(once, { seconds: 10, atOnce: 8, now: () => calls * 100 });

    expect(calls).toBeGreaterThanOrEqual(100);
    expect(rate).toBe(20);
  });
});
