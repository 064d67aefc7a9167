/** The state of a key's delivery proof over time. */
import { describe, expect, it } from '@jest/globals';
import { watchKey } from '#lib/keys/watch.ts';
import type { DeliveryProofs } from '#lib/model/delivery-proof.ts';
import type { Key } from '#lib/model/key.ts';
import { Problem } from '#lib/model/problem.ts';
import { aKey, anUnusableKey, at } from '#test/support/build.ts';
import { aLedger } from '#test/support/ledger.ts';

const minutesBefore = (minutes: number): string => new Date(at.getTime() - minutes * 60_000).toISOString();
const proven = { provenAt: minutesBefore(1) };
const overdue = { provenAt: minutesBefore(130), awaitedRequest: 'request-7', awaitedSince: minutesBefore(16) };
const since = minutesBefore(700);

async function watched(key: Key, echoes: DeliveryProofs) {
  const ledger = aLedger({ keys: [key] });
  const missed: string[] = [];
  const proofMissed = async (_: string, requestId: string) => missed.push(requestId) > 0;
  await watchKey({ ...ledger, proofMissed: proofMissed, now: () => at, minutesWithEvents: () => 5 })(key, echoes);
  const [row] = ledger.all<Key>('KEY#');
  return {
    missed,
    entries: ledger.entries().map(({ type, subject }) => [type, subject.keyId]),
    shown: row?.eventsProvenSince ?? null,
  };
}

describe('tracking a key’s delivery proofs', () => {
  it('records when its events become proven, and shows since when', async () => {
    expect(await watched(aKey(), proven)).toEqual({
      missed: [],
      entries: [['KeyEventsProven', aKey().id]],
      shown: at.toISOString(),
    });
  });

  it('gives up an overdue proof, and records and warns that its events are no longer proven', async () => {
    const found = await watched(aKey({ eventsProvenSince: since }), overdue);
    const entries = ['KeyEventsUnproven', 'KeyWarningRaised'].map((type) => [type, aKey().id]);
    expect(found).toEqual({ missed: ['request-7'], entries, shown: null });
  });

  it('gives up each first proof without an entry, since nothing changed', async () => {
    expect(await watched(aKey(), overdue)).toEqual({ missed: ['request-7'], entries: [], shown: null });
  });

  it('records nothing twice, and nothing while a proof is expected', async () => {
    expect((await watched(aKey({ eventsProvenSince: since }), proven)).entries).toEqual([]);
    const open = { provenAt: minutesBefore(700), awaitedRequest: 'request-8', awaitedSince: minutesBefore(2) };
    expect(await watched(aKey({ eventsProvenSince: since }), open)).toEqual({ missed: [], entries: [], shown: since });
  });

  it('records nothing after a pause of the sweep, until a full check had no proof in its time', async () => {
    const afterPause = (checkedAt: number) => {
      const facts = { at: minutesBefore(checkedAt), eventLagSeconds: [] };
      return watched(aKey({ eventsProvenSince: since, facts }), { provenAt: minutesBefore(2880) });
    };
    expect((await afterPause(2879)).entries).toEqual([]);
    expect((await afterPause(0)).entries).toEqual([]);
    expect((await afterPause(14)).entries).toEqual([]);
    expect((await afterPause(16)).entries).toHaveLength(2);
  });

  it('records nothing for an unusable key, whose events are not checked', async () => {
    expect(
      (await watched(anUnusableKey({ eventsProvenSince: since }), { provenAt: minutesBefore(700) })).entries,
    ).toEqual([]);
  });

  it('leaves a lost race to the next minute', async () => {
    const commit = () => Promise.reject(new Problem('version_mismatch', 'Changed meanwhile'));
    const deps = { commit, proofMissed: async () => true, now: () => at, minutesWithEvents: () => 5 };
    await expect(watchKey(deps)(aKey(), proven)).resolves.toBeUndefined();
  });
});
