import { describe, expect, it } from '@jest/globals';
import { createTurns } from '#lib/turns.ts';
import { createBound } from '../../src/bounded-work.ts';
import { pauseAfter } from '../../src/supervisor.ts';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a bound', () => {
  it('runs so many pieces at once and no more, and all in the end', async () => {
    const bound = createBound(3);
    let [running, most] = [0, 0];
    const work = async (n: number) => {
      running += 1;
      most = Math.max(most, running);
      await tick();
      running -= 1;
      if (n % 2) throw new Error(`piece ${n}`);
      return n;
    };
    const ends = await Promise.allSettled([0, 1, 2, 3, 4, 5, 6].map((n) => bound(() => work(n))));
    expect(most).toBe(3);
    expect(ends.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, false, true, false, true]);
  });
});

describe('turns', () => {
  it('run one after another per name, also after a failure, and names do not wait for each other', async () => {
    const turns = createTurns();
    const seen: string[] = [];
    const work =
      (name: string, fails = false) =>
      async () => {
        seen.push(`${name} begins`);
        await tick();
        seen.push(`${name} ends`);
        if (fails) throw new Error(name);
      };
    await Promise.allSettled([turns('a', work('a1', true)), turns('a', work('a2')), turns('b', work('b1'))]);
    expect(seen.filter((line) => line.startsWith('a'))).toEqual(['a1 begins', 'a1 ends', 'a2 begins', 'a2 ends']);
    expect(seen.indexOf('b1 begins')).toBeLessThan(seen.indexOf('a1 ends'));
  });
});

describe('a restart', () => {
  it('comes at once, then ever later, and at least twice a minute', () => {
    expect([0, 1, 2, 3, 10].map(pauseAfter)).toEqual([0, 1000, 2000, 4000, 30_000]);
  });
});
