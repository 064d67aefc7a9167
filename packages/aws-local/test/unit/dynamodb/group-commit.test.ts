import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Level, Write } from '../../../src/dynamodb/dynalite.ts';
import { type GroupCommit, groupCommit } from '../../../src/dynamodb/group-commit.ts';

function apply(write: Write, to: Map<string, unknown>): void {
  if (write.type === 'put') to.set(write.key, write.value);
  else to.delete(write.key);
}

/** A disk whose batches end on command. */
function aDisk() {
  const stored = new Map<string, unknown>();
  const batches: { writes: readonly Write[]; end(error?: Error): void }[] = [];
  const level = {
    getSync: (key: string) => stored.get(key),
    batch: (writes: readonly Write[]) =>
      new Promise<void>((resolve, reject) => {
        const end = (error?: Error) => {
          if (error) return reject(error);
          for (const write of writes) apply(write, stored);
          resolve();
        };
        batches.push({ writes, end });
      }),
  } as unknown as Level;
  return { stored, batches, level };
}

const put = (key: string, value: unknown): Write => ({ type: 'put', key, value });
const turn = () => new Promise((resolve) => setImmediate(resolve));
const pending = async (promise: Promise<unknown>) =>
  (await Promise.race([promise.then(() => 'done'), turn().then(() => 'pending')])) === 'pending';

describe('a group commit', () => {
  it('is read at once and settled when it is on disk', async () => {
    const { stored, batches, level } = aDisk();
    const commits = groupCommit(level);
    commits.stage([put('a', 1)]);
    expect(commits.read('a')).toBe(1);
    const settled = commits.settled();
    expect(await pending(settled)).toBe(true);
    expect(stored.has('a')).toBe(false);
    batches[0]?.end();
    await settled;
    expect(stored.get('a')).toBe(1);
  });

  it('takes what comes while the disk is busy as the next batch', async () => {
    const { batches, level } = aDisk();
    const commits = groupCommit(level);
    commits.stage([put('a', 1)]);
    const first = commits.settled();
    await turn();
    commits.stage([put('a', 2)]);
    commits.stage([put('b', 1), { type: 'del', key: 'a' }]);
    const second = commits.settled();
    expect(commits.read('a')).toBeUndefined();
    batches[0]?.end();
    await first;
    await turn();
    expect(batches[1]?.writes).toEqual([{ type: 'del', key: 'a' }, put('b', 1)]);
    expect(await pending(second)).toBe(true);
    batches[1]?.end();
    await second;
  });

  it('makes who only read wait for what was read', async () => {
    const { batches, level } = aDisk();
    const commits = groupCommit(level);
    commits.stage([put('a', 1)]);
    const written = commits.settled();
    await turn();
    const read = commits.settled();
    expect(await pending(read)).toBe(true);
    batches[0]?.end();
    await Promise.all([written, read]);
    expect(await pending(commits.settled())).toBe(false);
  });

  it('that the disk refuses is lost with all decisions on top of it, and the next one counts again', async () => {
    const { stored, batches, level } = aDisk();
    const commits = groupCommit(level);
    commits.stage([put('a', 1)]);
    const first = expect(commits.settled()).rejects.toThrow('full');
    await turn();
    commits.stage([put('b', 1)]);
    const second = expect(commits.settled()).rejects.toThrow('full');
    batches[0]?.end(new Error('full'));
    await Promise.all([first, second]);
    expect(commits.read('a')).toBeUndefined();
    expect(commits.read('b')).toBeUndefined();
    commits.stage([put('c', 1)]);
    const third = commits.settled();
    await turn();
    batches[1]?.end();
    await third;
    expect([...stored.keys()]).toEqual(['c']);
  });

  it('leaves on disk what was decided last, however the disk and the writers interleave', async () => {
    const write = fc
      .record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.nat() })
      .map(({ key, value }) => put(key, value));
    const removal = fc.constantFrom('a', 'b', 'c').map((key): Write => ({ type: 'del', key }));
    const step = fc.oneof(write, removal, fc.constant('disk' as const));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { stored, batches, level } = aDisk();
        const commits = groupCommit(level);
        const expected = new Map<string, unknown>();
        const settled: Promise<void>[] = [];
        for (const each of steps) {
          if (each === 'disk') batches.shift()?.end();
          else settled.push(decide(each, { commits, expected }));
          await turn();
          expect(['a', 'b', 'c'].map(commits.read)).toEqual(['a', 'b', 'c'].map((key) => expected.get(key)));
        }
        for (let round = 0; round < 2; round++) {
          batches.shift()?.end();
          await turn();
        }
        await Promise.all(settled);
        expect([...stored].toSorted()).toEqual([...expected].toSorted());
      }),
      { numRuns: 50 },
    );
  });
});

function decide(
  write: Write,
  { commits, expected }: { commits: GroupCommit; expected: Map<string, unknown> },
): Promise<void> {
  apply(write, expected);
  commits.stage([write]);
  return commits.settled();
}
