/**
 * The browser verifies the chain by itself: it computes the same hashes as the server, and names the first entry that
 * does not fit.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Entry } from '#console/api/types.ts';
import { canonicalJson, entryHash, isComplete, startOfVerification, verifyPage } from '#console/view-models/chain.ts';
import { firstHash, entryHash as serverHash, canonicalJson as serverJson } from '#lib/model/entry.ts';

/** A chain as the server writes it, newest first, as the API lists it. */
function chainOf(length: number): Entry[] {
  const entries: Entry[] = [];
  let previousHash = firstHash;
  for (let seq = 1; seq <= length; seq++) {
    const entry = {
      id: `entry_${seq}`,
      teamId: 'team_a',
      seq,
      at: new Date(seq * 1000).toISOString(),
      type: 'KeyRegistered' as const,
      actor: { kind: 'token' as const, id: 'tok_ä' },
      subject: { keyId: 'key_a' },
      data: { arn: 'arn', warnings: [], nested: { b: 1, a: [true, null] } },
      previousHash,
    };
    previousHash = serverHash(entry as never);
    entries.unshift({ ...entry, hash: previousHash });
  }
  return entries;
}

const changed = (entries: readonly Entry[], seq: number, by: Partial<Entry>): Entry[] =>
  entries.map((entry) => (entry.seq === seq ? { ...entry, ...by } : entry));

test('its JSON and its hash are those of the server', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (data) => {
      const [entry] = chainOf(1);
      const given = { ...entry, data } as Entry;
      expect(canonicalJson(data)).toBe(serverJson(data));
      expect(await entryHash(given)).toBe(serverHash(given as never));
    }),
    { numRuns: 50 },
  );
});

describe('a verification', () => {
  test('is complete once the first entry is reached, over pages of any size', async () => {
    const entries = chainOf(25);
    const half = await verifyPage(startOfVerification, entries.slice(0, 10));
    const whole = await verifyPage(half, entries.slice(10));

    expect(isComplete(half)).toBe(false);
    expect(isComplete(whole)).toBe(true);
    expect(whole).toMatchObject({ verified: 25, head: { seq: 25, hash: entries[0]?.hash }, fault: null });
  });

  test.each([
    [
      'an entry whose data was changed',
      changed(chainOf(9), 4, { data: { arn: 'other' } }),
      { seq: 4, reason: 'changed' },
    ],
    ['an entry that was taken out', chainOf(9).filter(({ seq }) => seq !== 4), { seq: 4, reason: 'missing' }],
    ['an entry from another chain', changed(chainOf(9), 4, { hash: 'f'.repeat(64) }), { seq: 4, reason: 'not linked' }],
    [
      'a first entry with something before it',
      changed(chainOf(9), 1, { previousHash: 'f'.repeat(64) }),
      { seq: 1, reason: 'not linked' },
    ],
  ])('finds %s', async (_, entries, fault) => {
    const state = await verifyPage(startOfVerification, entries);

    expect(state.fault).toEqual(fault);
    expect(isComplete(state)).toBe(false);
  });

  test('of an exchanged entry fails though its own hash fits', async () => {
    const entries = chainOf(9);
    const forged = { ...(entries[5] as Entry), data: { arn: 'other' } };
    const state = await verifyPage(
      startOfVerification,
      changed(entries, 4, { data: forged.data, hash: serverHash(forged as never) }),
    );

    expect(state.fault).toEqual({ seq: 4, reason: 'not linked' });
  });

  test('of nothing is not complete', () => {
    expect(isComplete(startOfVerification)).toBe(false);
  });
});
