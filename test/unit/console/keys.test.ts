/** What the overview and the page of a key say of each state of a key. */
import { describe, expect, test } from '@jest/globals';
import { keyName, keyRows, matching, tally } from '#console/view-models/key-row.ts';
import { culpritOf, keyStatus } from '#console/view-models/key-status.ts';
import { fixes, rights } from '#console/view-models/rights.ts';
import { aKey, aLockout, anEntry } from './things.ts';

const lockedOut = aKey({ id: 'key_b', status: 'unusable', lockout: 'lk_a' });

describe('the overview', () => {
  test('has first what needs a person: the earliest deadline, then stopped and unknown keys', () => {
    const lockouts = [
      aLockout({ id: 'lk_a', deadline: '2026-11-29T13:20:00.000Z' }),
      aLockout({ id: 'lk_b', deadline: '2026-11-29T13:10:00.000Z' }),
      aLockout({ id: 'lk_c', state: 'stopped' }),
    ];
    const keys = [
      aKey({ id: 'serving' }),
      aKey({ id: 'unknown', status: 'unknown' }),
      aKey({ id: 'stopped', status: 'unusable', lockout: 'lk_c' }),
      aKey({ id: 'later', status: 'unusable', lockout: 'lk_a' }),
      aKey({ id: 'sooner', status: 'unusable', lockout: 'lk_b' }),
    ];

    const rows = keyRows(keys, lockouts);

    expect(rows.map(({ id }) => id)).toEqual(['sooner', 'later', 'stopped', 'unknown', 'serving']);
    expect(tally(rows)).toEqual({ keys: 5, waiting: 2, degraded: 0, stopped: 1, restoring: 0 });
  });

  test('shows a key whose lockout was not read yet as locked out, never as serving', () => {
    expect(keyRows([lockedOut], [])).toMatchObject([{ state: 'locked out', tone: 'red', stopsAt: null }]);
  });

  test('a key is called by its description, else by the end of its ARN', () => {
    expect(keyName(aKey({ description: ' prod-redis ' }))).toBe('prod-redis');
    expect(keyName(aKey({ description: '\u202e' }))).toBe('\ufffd');
    expect(keyName(aKey())).toBe('…/46d8eb9a');
  });

  test('finds keys by name, state and account', () => {
    const rows = keyRows([aKey({ id: 'key_1', description: 'prod' }), lockedOut], [aLockout()]);

    expect(matching(rows, 'PROD ').map(({ id }) => id)).toEqual(['key_1']);
    expect(matching(rows, 'waiting').map(({ id }) => id)).toEqual(['key_b']);
    expect(matching(rows, '1111')).toHaveLength(2);
    expect(matching(rows, '')).toHaveLength(2);
  });
});

describe('the state of a key', () => {
  test.each([
    [{ key: aKey(), lockout: null }, 'Serving', 'green'],
    [{ key: aKey({ databases: 0 }), lockout: null }, 'Ready', 'green'],
    [
      { key: aKey({ status: 'unknown' }), lockout: null },
      'The key cannot be checked, because KMS does not respond',
      'grey',
    ],
    [{ key: lockedOut, lockout: aLockout() }, '12 databases stop at', 'amber'],
    [{ key: { ...lockedOut, databases: 1 }, lockout: aLockout() }, '1 database stops at', 'amber'],
    [{ key: lockedOut, lockout: aLockout({ state: 'stopping_services' }) }, 'Stopping now', 'red'],
    [{ key: lockedOut, lockout: aLockout({ state: 'stopped' }) }, 'Stopped since', 'red'],
    [{ key: lockedOut, lockout: aLockout({ state: 'starting_servers', presentCause: null }) }, 'Coming back', 'blue'],
  ])('is one sentence', (given, headline, tone) => {
    expect(keyStatus(given)).toMatchObject({ headline, tone });
  });

  test('counts down during the waiting period only', () => {
    const until = '2026-11-29T13:10:00.000Z';

    expect(keyStatus({ key: lockedOut, lockout: aLockout() })).toMatchObject({ at: until, countdown: { until } });
    expect(keyStatus({ key: lockedOut, lockout: aLockout({ state: 'stopped' }) }).countdown).toBeNull();
  });

  test('says what undoes it by the present cause, and nothing once the key is usable again', () => {
    const remedy = [{ text: null, commands: ['aws kms enable-key --key-id K'] }];

    expect(keyStatus({ key: lockedOut, lockout: aLockout({ remedy }) }).remedy).toEqual(remedy);
    const back = aLockout({ state: 'stopping_servers', presentCause: null, remedy });
    expect(keyStatus({ key: lockedOut, lockout: back })).toMatchObject({
      remedy: [],
      detail: expect.stringContaining('usable again'),
    });
  });

  test('shows the present cause, which may differ from the one that opened the lockout', () => {
    const lockout = aLockout({ presentCause: 'deletion_scheduled' });

    expect(keyStatus({ key: lockedOut, lockout }).detail).toContain('scheduled for deletion');
  });
});

describe('who caused it', () => {
  const event = anEntry({
    seq: 8,
    type: 'KeyEventReceived',
    data: { name: 'DisableKey', cloudTrail: { at: '2026-11-29T13:00:00Z' } },
  });

  test('is the principal that the event names, with how soon it was seen', () => {
    expect(culpritOf(aLockout(), [anEntry(), event])).toEqual({
      verb: 'Disabled',
      principal: 'arn:aws:iam::111122223333:user/ada',
      at: '2026-11-29T13:00:00Z',
      seen: 'seen by event within 1 s',
    });
  });

  test('is not known where a check found it', () => {
    const opened = anEntry({ actor: { kind: 'sweep', id: 'sweep' } });

    expect(culpritOf(aLockout({ noticedBy: 'sweep' }), [opened, event])).toMatchObject({
      verb: 'Noticed',
      principal: null,
      seen: 'seen by the regular check',
    });
  });

  test('is left out before its entry is read', () => {
    expect(culpritOf(aLockout(), [])).toBeNull();
  });
});

describe('the rights', () => {
  const { check } = aKey();
  const statement = { Sid: 'a', Effect: 'Allow' };
  const denied = { ...check.actions, CreateGrant: 'denied' as const };

  test('are all eight, with what each is for', () => {
    expect(rights({ actions: denied })).toHaveLength(8);
    expect(rights({ actions: denied })).toContainEqual(
      expect.objectContaining({ action: 'CreateGrant', state: 'denied' }),
    );
  });

  test('name each statement to add once, and none while nothing is denied', () => {
    const given = [
      { action: 'CreateGrant' as const, statement },
      { action: 'RevokeGrant' as const, statement },
    ];

    const another = { action: 'Encrypt' as const, statement: { Sid: 'b', Effect: 'Allow' } };
    expect(fixes({ actions: denied, fixes: [...given, another] })).toEqual({
      actions: ['CreateGrant', 'RevokeGrant', 'Encrypt'],
      count: 2,
      statements: '{"Sid":"a","Effect":"Allow"},\n{"Sid":"b","Effect":"Allow"}',
    });
    expect(fixes({ actions: check.actions, fixes: given })).toBeNull();
    expect(fixes({ actions: denied, fixes: [] })).toBeNull();
  });
});
