/** What the overview puts before a person, in the order in which it needs one. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concerns } from '#console/view-models/concerns.ts';
import { aKey, aLockout } from './things.ts';

const rotation = { code: 'rotation_off', detail: "The key's material never rotates.", fix: 'aws kms …' };
const warned = (id: string) => aKey({ id, description: id, check: { ...aKey().check, warnings: [rotation] } });
const lockedOut = (id: string, lockout: string) =>
  aKey({ id, description: id, status: 'unusable', lockout, databases: 2 });

const now = Date.parse('2026-11-29T13:00:00.000Z');

describe('what needs a person', () => {
  it('is nothing while all keys serve, and while a key comes back by itself', () => {
    expect(concerns([aKey()], [], now)).toEqual([]);
    expect(concerns([lockedOut('back', 'lk_a')], [aLockout({ state: 'starting_services' })], now)).toEqual([]);
  });

  it('is first what can still be prevented, by its deadline, then what is stopped, unknown, and warned of', () => {
    const lockouts = [
      aLockout({ id: 'lk_stopped', state: 'stopped' }),
      aLockout({ id: 'lk_later', deadline: '2026-11-29T13:20:00.000Z' }),
      aLockout({ id: 'lk_sooner', deadline: '2026-11-29T13:10:00.000Z' }),
    ];
    const keys = [
      warned('warned'),
      aKey({ id: 'unknown', status: 'unknown' }),
      lockedOut('stopped', 'lk_stopped'),
      lockedOut('later', 'lk_later'),
      lockedOut('sooner', 'lk_sooner'),
    ];

    const found = concerns(keys, lockouts, now);

    expect(found.map(({ keys: [key] }) => key?.id)).toEqual(['sooner', 'later', 'stopped', 'unknown', 'warned']);
    expect(found.map(({ tone }) => tone)).toEqual(['amber', 'amber', 'red', 'grey', 'amber']);
    expect(found.map(({ text }) => text)).toEqual([
      'The key is disabled. 2 databases still serve.',
      'The key is disabled. 2 databases still serve.',
      'The key is disabled. 2 databases are stopped.',
      'The key cannot be checked, because KMS does not respond. Nothing is stopped for that.',
      "The key's material never rotates.",
    ]);
    expect(found.map(({ stopsAt }) => stopsAt?.slice(11, 16) ?? null)).toEqual(['13:10', '13:20', null, null, null]);
  });

  it('is one line for a warning of many keys, which names some and counts the others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (number) => {
        const found = concerns(
          Array.from({ length: number }, (_, index) => warned(`key_${index}`)),
          [],
          now,
        );

        expect(found).toHaveLength(1);
        expect((found[0]?.keys.length ?? 0) + (found[0]?.more ?? 0)).toBe(number);
      }),
    );
  });

  it('is a date that nears: the deletion of a key, and the expiry of its material, from 30 days on', () => {
    const expiring = (validTo: string) => concerns([aKey({ check: { ...aKey().check, validTo } })], [], now);
    expect(expiring('2026-12-28T13:00:00.000Z')).toMatchObject([
      { tone: 'amber', text: 'The key material expires on 28 Dec 2026. Import it again before that.' },
    ]);
    expect(expiring('2027-01-28T13:00:00.000Z')).toEqual([]);

    const lockout = aLockout({ state: 'stopped', deletionDate: '2026-12-06T13:00:00.000Z' });
    expect(concerns([lockedOut('going', 'lk_a')], [lockout], now)[0]?.text).toContain('KMS deletes it on 6 Dec 2026.');
  });

  it('is what would not work, also while everything serves', () => {
    const key = aKey({ readiness: { verdict: 'not_ready', count: 1 } });

    expect(concerns([key], [], now)).toMatchObject([
      { tone: 'amber', text: expect.stringContaining('would not work') },
    ]);
  });

  it('is a key that became unusable before its lockout is open', () => {
    const check = { ...aKey().check, cause: 'deletion_scheduled' as const, fault: 'not_found' as const };

    expect(concerns([aKey({ status: 'unusable', databases: 0, check })], [], now)).toMatchObject([
      { tone: 'red', text: 'The key is deleted. No database uses it.' },
    ]);
  });
});
