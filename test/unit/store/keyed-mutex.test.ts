import { describe, expect, it } from '@jest/globals';
import { createKeyedMutex } from '#lib/keyed-mutex.ts';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a keyed mutex', () => {
  it('runs the work of a key in order, also after a failure, and that of other keys meanwhile', async () => {
    const mutex = createKeyedMutex();
    const seen: string[] = [];
    const work =
      (name: string, fails = false) =>
      async () => {
        seen.push(`${name} begins`);
        await tick();
        seen.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };

    const ends = await Promise.allSettled([
      mutex('a', work('a1', true)),
      mutex('a', work('a2')),
      mutex('b', work('b1')),
    ]);

    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(seen.filter((line) => line.startsWith('a'))).toEqual(['a1 begins', 'a1 ends', 'a2 begins', 'a2 ends']);
    expect(seen.indexOf('b1 begins')).toBeLessThan(seen.indexOf('a1 ends'));
  });

  it('excludes work that arrives while a key becomes idle', async () => {
    const mutex = createKeyedMutex();
    let [running, most] = [0, 0];
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await tick();
      running -= 1;
    };
    const chain = async () => {
      for (let n = 0; n < 20; n++) await mutex('a', work);
    };

    await Promise.all([chain(), chain(), chain()]);

    expect(most).toBe(1);
  });
});
