/** The sweep over all keys. */
import { describe, expect, it } from '@jest/globals';
import { sweep } from '#lib/keys/sweep.ts';
import { sweepShards } from '#lib/model/items/keys.ts';
import type { Observation } from '#lib/model/observation.ts';
import { aKey, anId, at, teamId } from '#test/support/build.ts';

type Release = () => void;

function scene({
  perShard = 1,
  failing = '',
  minute = 0,
  waiting = undefined as ((release: Release) => void) | undefined,
  drained = Promise.resolve(),
} = {}) {
  const observed: Observation[] = [];
  const now = () => new Date(at.getTime() + minute * 60_000);
  const run = () => swept({ time: now().toISOString() });
  const swept = sweep({
    keysInShard: async (shard, after) => ({
      items: Array.from({ length: perShard }, (_, index) => ({
        teamId,
        keyId: anId('key', shard * 1000 + index + (after ? 500 : 0)),
      })),
      cursor: after ? null : `after-${shard}`,
    }),
    keysByRef: async (refs) => refs.map(({ keyId }) => aKey({ id: keyId })),
    reconcile: async (observation) => {
      observed.push(observation);
      if (waiting && observed.length % 16 === 0) await new Promise<void>(waiting);
      if (observation.keyId === failing) throw new Error('KMS is on fire');
      return { key: aKey({ id: observation.keyId }), lockout: null };
    },
    drain: () => drained,
    ...{ proofMissed: async () => true, commit: async () => undefined, minutesWithEvents: () => 5, now },
  });
  return { observed, run };
}

describe('the sweep', () => {
  it('checks every key fully once in sixteen minutes, to find a policy that lost one action', async () => {
    const full = new Map<string, number>();
    for (let minute = 0; minute < 16; minute++) {
      const { observed, run } = scene({ minute });
      await run();
      for (const { keyId, depth } of observed) full.set(keyId, (full.get(keyId) ?? 0) + (depth === 'full' ? 1 : 0));
    }

    expect(full.size).toBe(sweepShards * 2);
    expect(new Set(full.values())).toEqual(new Set([1]));
  });

  it('observes every key of every shard, most of them quickly, page by page', async () => {
    const { observed, run } = scene({ perShard: 12 });

    expect(await run()).toEqual({ keys: sweepShards * 24, failed: 0 });
    expect(new Set(observed.map(({ keyId }) => keyId)).size).toBe(sweepShards * 24);
    expect(observed.filter(({ depth }) => depth === 'quick').length).toBeGreaterThan(sweepShards * 20);
  });

  it('passes each key on as it was read, so that a quick check needs no read', async () => {
    const { observed, run } = scene();
    await run();
    expect(observed.every(({ keyId, known }) => known?.id === keyId)).toBe(true);
  });

  it('comes to a key at the same point each minute, and begins elsewhere in another hour', async () => {
    const orderAt = async (minute: number) => {
      const { observed, run } = scene({ minute });
      await run();
      return observed.map(({ keyId }) => keyId);
    };
    const order = await orderAt(0);

    expect(await orderAt(1)).toEqual(order);
    expect((await orderAt(60))[0]).not.toBe(order[0]);
    expect((await orderAt(60)).sort()).toEqual(order.sort());
  });

  it('is not held up by keys that keep it waiting', async () => {
    const released: (() => void)[] = [];
    const { run, observed } = scene({ perShard: 5, waiting: (release) => released.push(release) });
    const done = run();
    while (observed.length < sweepShards * 10) await Promise.resolve();

    for (const release of released) release();

    expect(await done).toEqual({ keys: sweepShards * 10, failed: 0 });
  });

  it("continues after one key's failure, and counts it", async () => {
    const { run } = scene({ failing: anId('key', 0) });
    expect(await run()).toEqual({ keys: sweepShards * 2, failed: 1 });
  });

  it('observes every key while the outbox is still being emptied', async () => {
    let finish: Release = () => undefined;
    const { observed, run } = scene({ drained: new Promise<void>((resolve) => (finish = resolve)) });
    const done = run();
    while (observed.length < sweepShards * 2) await Promise.resolve();

    finish();

    expect(await done).toEqual({ keys: sweepShards * 2, failed: 0 });
  });
});
