/**
 * Warnings about a key's state: raised at once, once, and withdrawn once; and notices that are stale when they are
 * sent.
 */
import { describe, expect, it } from '@jest/globals';
import { isStale } from '#lib/model/warnings/stale.ts';
import type { WarnedKey } from '#lib/model/warnings/warned-key.ts';
import { allActions, at } from '#test/support/build.ts';
import { aWarnedKey, aWatchedKey, dayMs, pendingDeletion } from './a-warned-key.ts';

const inDays = (days: number): Date => new Date(at.getTime() + days * dayMs);
const refusing = (...actions: ('Encrypt' | 'ReEncrypt')[]): WarnedKey =>
  aWarnedKey({
    status: 'degraded',
    check: {
      actions: { ...allActions('allowed'), ...Object.fromEntries(actions.map((action) => [action, 'denied'])) },
    },
  });

describe('a key that refuses an action', () => {
  it('is reported at once, and again if it refuses another one', () => {
    const key = aWatchedKey();
    expect(key.facts(at, refusing('Encrypt'))).toEqual(['key_degraded']);
    expect(key.facts(inDays(1), refusing('Encrypt'))).toEqual([]);
    expect(key.facts(inDays(2), refusing('Encrypt', 'ReEncrypt'))).toEqual(['key_degraded']);
    expect(key.entries[0]?.data).toMatchObject({ warning: 'degraded', detail: 'KMS refuses kms:Encrypt' });
  });

  it('is reported as recovered once, and not while KMS does not respond', () => {
    const key = aWatchedKey();
    key.check(at, refusing('Encrypt'));

    expect(key.facts(inDays(1), aWarnedKey({ status: 'unknown' }))).toEqual([]);
    expect(key.facts(inDays(2), aWarnedKey())).toEqual(['key_recovered']);
    expect(key.facts(inDays(3), aWarnedKey())).toEqual([]);
  });

  it('that becomes unusable is left to its lockout', () => {
    const key = aWatchedKey();
    key.check(at, refusing('Encrypt'));
    expect(key.facts(inDays(1), aWarnedKey({ status: 'unusable' }))).toEqual([]);
    expect(key.row().notifiedWarnings).toEqual({});
  });
});

describe('events of a key', () => {
  const proven = aWarnedKey({ eventsProvenSince: at.toISOString() });
  const lost = aWarnedKey({ eventsProvenSince: null });

  it('that no longer arrive are reported once, and so is their return', () => {
    const key = aWatchedKey(proven);
    expect(key.facts(inDays(1), lost)).toEqual(['events_lost']);
    expect(key.facts(inDays(2), lost)).toEqual([]);
    expect(key.facts(inDays(3), proven)).toEqual(['events_proven']);
    expect(key.facts(inDays(4), proven)).toEqual([]);
  });

  it('that never arrived are no news', () => {
    expect(aWatchedKey(lost).facts(at, lost)).toEqual([]);
  });
});

describe('the rotation of a key', () => {
  const off = aWarnedKey({ check: { rotation: false, warnings: [{ code: 'rotation_off', detail: '', fix: '' }] } });

  it('that is off is reported a quarter after the registration, and each quarter', () => {
    const key = aWatchedKey(off);
    const notifiedOn = Array.from({ length: 366 }, (_, day) => day).filter((day) => key.facts(inDays(day)).length > 0);
    expect(notifiedOn).toEqual([91, 182, 273, 364]);
  });

  it('that is turned off is reported at once, and at most quarterly however often it changes', () => {
    const key = aWatchedKey(aWarnedKey());
    const on = aWarnedKey();
    const notifiedOn = Array.from({ length: 90 }, (_, day) => key.facts(inDays(day), day % 2 ? off : on)).flat();
    expect(notifiedOn).toEqual(['rotation_due']);
  });

  it('that is overdue is reported', () => {
    const overdue = aWarnedKey({ check: { nextRotationAt: inDays(80).toISOString() } });
    expect(aWatchedKey(overdue).facts(inDays(92))).toEqual(['rotation_due']);
    const next = aWarnedKey({ check: { nextRotationAt: inDays(200).toISOString() } });
    expect(aWatchedKey(next).facts(inDays(92))).toEqual([]);
  });
});

describe('a related key', () => {
  const arn = 'arn:aws:kms:eu-west-1:111122223333:key/mrk-1';
  const having = (state?: 'enabled' | 'disabled' | 'unknown') =>
    aWarnedKey({ siblings: state ? [{ arn, state }] : [] });

  it('is reported when it is created, enabled or disabled, and not when it is first read or unreadable', () => {
    const key = aWatchedKey();
    const states = [undefined, 'enabled', 'enabled', 'disabled', 'unknown', 'enabled', 'disabled'] as const;
    const notifiedOn = states.map((state, day) => key.facts(inDays(day), having(state)).length);
    expect(notifiedOn).toEqual([0, 1, 0, 1, 0, 0, 1]);

    const registeredWith = aWatchedKey();
    expect(registeredWith.facts(at, having('enabled'))).toEqual([]);
  });
});

describe('a notice that is stale when it is sent', () => {
  const date = inDays(30).toISOString();
  const key = (notifiedWarnings: NonNullable<WarnedKey['notifiedWarnings']>) =>
    aWarnedKey({ ...pendingDeletion(date), notifiedWarnings });
  const near = { fact: 'deletion_near', about: `${date}#7` } as const;

  it.each([
    ['a nearer mark was notified', key({ deletion: { date, mark: 3 } }), inDays(28)],
    [
      'the date moved',
      aWarnedKey({ ...pendingDeletion(inDays(40).toISOString()), notifiedWarnings: { deletion: { date, mark: 7 } } }),
      inDays(24),
    ],
    ['it was withdrawn', key({}), inDays(24)],
    ['the date has passed', key({ deletion: { date, mark: 7 } }), inDays(30.1)],
  ])('is not sent: %s', (_, row, now) => {
    expect(isStale(near, row, now)).toBe(true);
  });

  it('is sent while it is true', () => {
    expect(isStale(near, key({ deletion: { date, mark: 7 } }), inDays(24))).toBe(false);
    expect(isStale({ fact: 'contact_added', about: 'con_1' }, aWarnedKey(), at)).toBe(false);
  });

  it.each([
    [{ fact: 'deletion_withdrawn', about: '' } as const, key({ deletion: { date, mark: 7 } })],
    [{ fact: 'key_degraded', about: 'then' } as const, aWarnedKey()],
    [{ fact: 'key_recovered', about: 'then' } as const, aWarnedKey({ status: 'unusable' })],
    [{ fact: 'events_lost', about: 'then' } as const, aWarnedKey()],
    [{ fact: 'rotation_due', about: 'then' } as const, aWarnedKey()],
    [{ fact: 'sibling_changed', about: 'arn#enabled#then' } as const, aWarnedKey()],
  ])('is not sent: %j', (notice, row) => {
    expect(isStale(notice, row, at)).toBe(true);
  });
});
