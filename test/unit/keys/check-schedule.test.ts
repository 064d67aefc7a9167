/** The check schedule: how often a key is checked, and how thoroughly. */
import { describe, expect, it } from '@jest/globals';
import { checkDepthOf } from '#lib/keys/check-schedule.ts';
import type { DeliveryProofs } from '#lib/model/delivery-proof.ts';
import type { Key } from '#lib/model/key.ts';
import { aKey, anUnusableKey, at } from '#test/support/build.ts';

/** A day after the key's last event. */
const later = (minute: number): Date => new Date(at.getTime() + (1440 + minute) * 60_000);
const arnOf = (n: number): string =>
  `arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

interface Sweeping {
  readonly key?: Key;
  readonly echoes?: (at: Date) => DeliveryProofs;
  readonly minutesWithEvents?: number;
  readonly from?: number;
}
const provenBefore = (now: Date): DeliveryProofs => ({ provenAt: new Date(now.getTime() - 60_000).toISOString() });

/** The checks of two hours of sweeps, minute by minute. */
const looks = (
  { key = aKey(), echoes = provenBefore, minutesWithEvents = 5, from = 0 }: Sweeping = {},
  minutes = 120,
) =>
  Array.from({ length: minutes }, (_, index) => {
    const now = later(from + index);
    const minute = Math.floor(now.getTime() / 60_000);
    return checkDepthOf({ key, echoes: echoes(now), shard: 3 }, { at: now, minute, minutesWithEvents });
  });
const count = (found: readonly (string | null)[], depth: string | null) =>
  found.filter((each) => each === depth).length;
const eachMinute = (found: readonly (string | null)[]) => count(found, null) === 0;

describe('a key whose events are proven to arrive', () => {
  it('is checked every five minutes, and fully every two hours', () => {
    const found = looks();
    expect([count(found, 'canary'), count(found, 'full'), count(found, null)]).toEqual([23, 1, 96]);

    const turns = found.flatMap((depth, minute) => (depth ? [minute % 5] : []));
    expect(new Set(turns).size).toBe(1);
  });

  it('is checked as often as the deployment sets', () => {
    expect(count(looks({ minutesWithEvents: 10 }, 240), null)).toBe(216);
    expect(count(looks({ minutesWithEvents: 2 }, 48), 'full')).toBe(1);
  });

  it('shares the minutes evenly with others', () => {
    const found = Array.from({ length: 1200 }, (_, n) => looks({ key: aKey({ arn: arnOf(n) }) }));
    const inMinute = (minute: number, depths: readonly string[]) =>
      found.filter((each) => depths.includes(each[minute] ?? '')).length;
    const perMinute = [0, 1, 2, 3, 4].map((minute) => inMinute(minute, ['canary', 'full']));

    expect(Math.max(...perMinute)).toBeLessThan(300);
    expect(Math.min(...perMinute)).toBeGreaterThan(180);

    const fulls = Array.from({ length: 120 }, (_, minute) => inMinute(minute, ['full']));
    expect(Math.max(...fulls)).toBeLessThan(30);
  });
});

describe('every other key', () => {
  it.each<[string, Sweeping]>([
    ['nobody ever heard of', { echoes: () => ({}) }],
    ['has its first echo to come', { echoes: (now) => ({ awaitedRequest: 'r', awaitedSince: now.toISOString() }) }],
    [
      'was not heard of after its last check',
      {
        echoes: (now) => ({
          ...provenBefore(now),
          awaitedRequest: 'r',
          awaitedSince: new Date(now.getTime() - 16 * 60_000).toISOString(),
        }),
      },
    ],
    ['is not usable', { key: anUnusableKey() }],
    ['is degraded', { key: aKey({ status: 'degraded' }) }],
    ['is not known to be usable', { key: aKey({ status: 'unknown' }) }],
    ['is locked out', { key: aKey({ lockoutId: 'lk_1' }) }],
    ['has no canary to open', { key: aKey({ canary: null }) }],
    ['a deployment looks at each minute in any case', { minutesWithEvents: 1 }],
  ])('that %s is looked at each minute, and in full every sixteen', (_, sweeping) => {
    const found = looks(sweeping, 32);
    expect(eachMinute(found)).toBe(true);
    expect([count(found, 'full'), count(found, 'quick')]).toEqual([2, 30]);
  });

  it.each<[string, Sweeping]>([
    ['changed', { from: -1440 }],
    ['had an event', { echoes: (now) => ({ ...provenBefore(now), newsAt: later(0).toISOString() }) }],
  ])('that %s a moment ago is looked at each minute until a full look came', (_, sweeping) => {
    const found = looks(sweeping, 62);

    expect(eachMinute(found.slice(0, 17))).toBe(true);
    expect(count(found.slice(0, 17), 'full')).toBeGreaterThanOrEqual(1);
    expect(count(found.slice(17), null)).toBe(36);
  });
});
