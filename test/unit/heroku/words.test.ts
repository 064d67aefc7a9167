/** Messages for users of the Heroku CLI about keys and lockouts. */
import { describe, expect, it } from '@jest/globals';
import { asciiOnly, herokuErrorOf } from '#lib/heroku/error.ts';
import { commandsFor, lockoutWarning, remedyText, unreadable } from '#lib/heroku/lockout.ts';
import { infoRows } from '#lib/heroku/redis.ts';
import { requestedLimit } from '#lib/heroku/releases.ts';
import { warningOf } from '#lib/heroku/warning.ts';
import { Problem } from '#lib/model/problem.ts';
import type { PresentCause } from '#lib/model/remedy.ts';
import {
  aDatabase,
  aDegradedKey,
  aKey,
  aLockout,
  anId,
  anUnusableKey,
  at,
  databases,
  keyArn,
} from '#test/support/build.ts';

const locked = (changes = {}) => ({ key: anUnusableKey({ lockoutId: anId('lk', 1) }), lockout: aLockout(changes) });
const now = new Date('2026-11-24T11:01:30Z');
const enable = `aws kms enable-key --key-id ${keyArn} --region us-east-1`;

describe('a warning', () => {
  it.each([
    ['waiting', `orders stops at 11:10 UTC (in 9 minutes): the key ${keyArn} is disabled. To prevent it: ${enable}`],
    ['stopping_services', `orders is locked out: the key ${keyArn} is disabled. To get back: ${enable}`],
    ['stopped', `orders is locked out: the key ${keyArn} is disabled. To get back: ${enable}`],
    ['starting_servers', `orders is locked out until started again: the key ${keyArn} is usable.`],
  ] as const)('while a lockout is %s says what is the matter and which command ends it', (state, sentence) => {
    expect(lockoutWarning(locked({ state }), ['orders'], now)).toBe(sentence);
  });

  it.each(['restored', 'cancelled'] as const)('is none once it is %s', (state) => {
    expect(lockoutWarning(locked({ state }), ['orders'], now)).toBeNull();
    expect(lockoutWarning({ key: aKey(), lockout: null }, ['orders'], now)).toBeNull();
  });

  it('is one for all databases of a key, and names a few', async () => {
    const { key, lockout } = locked({ state: 'stopped' });
    const deps = { keyById: async () => key, lockoutById: async () => lockout, now: () => now };

    const warning = await warningOf(deps, databases(7));

    expect(warning).toMatch(/^redis-1-db, redis-2-db, redis-3-db, redis-4-db, redis-5-db, and 2 more are locked out: /);
    expect(warning?.match(/enable-key/g)).toHaveLength(1);
  });
});

const causedBy = (cause: PresentCause['cause'], changes: Partial<PresentCause> = {}): PresentCause => ({
  cause,
  deletionDate: null,
  isGone: false,
  ...changes,
});

describe('the way back', () => {
  it.each([
    ['key_disabled', /^aws kms enable-key \S+ \S+ --region us-east-1$/],
    ['deletion_scheduled', /^aws kms cancel-key-deletion .* && aws kms enable-key /],
    ['material_expired', /^heroku redis:info/],
    ['access_denied', /^heroku redis:info/],
  ] as const)('from %s is a line that works when pasted, or says where the commands are', (cause, line) => {
    expect(remedyText(anUnusableKey(), causedBy(cause))).toMatch(line);
  });

  it.each([
    ['material_expired', ['get-parameters-for-import', 'import-key-material']],
    ['access_denied', ['get-key-policy', 'put-key-policy']],
  ] as const)('from %s is all of its commands, in order', (cause, operations) => {
    const commands = commandsFor(anUnusableKey(), causedBy(cause)).filter((command) => command.startsWith('aws kms'));
    expect(commands.map((command) => command.split(' ')[2])).toEqual(operations);
  });

  it('is none for a key that is deleted', () => {
    expect(remedyText(anUnusableKey(), causedBy('deletion_scheduled', { isGone: true }))).toMatch(
      /nothing brings a deleted key back/,
    );
  });
});

describe('a key that is unusable for another reason than before', () => {
  const deletionDate = '2026-12-01T11:00:00.000Z';
  const check = {
    ...anUnusableKey().check,
    cause: 'deletion_scheduled',
    keyState: 'PendingDeletion',
    deletionDate,
  } as const;
  const situation = {
    key: anUnusableKey({ lockoutId: anId('lk', 1), check }),
    lockout: aLockout({ state: 'stopped' }),
  };

  it('is shown as the last check found it, with the commands that work now', () => {
    const words = `the key ${keyArn} is scheduled for deletion on 1 December 2026`;
    expect(lockoutWarning(situation, ['orders'], now)).toMatch(
      new RegExp(`${words}\\. To get back: aws kms cancel-key-deletion`),
    );

    const shown = new Map(
      infoRows({ database: aDatabase(), situation, measured: null, now }).map(({ name, values }) => [name, values]),
    );
    expect(shown.get('Key State')?.[0]).toBe('unusable: it is scheduled for deletion on 1 December 2026');
    expect(shown.get('Lockout')?.slice(1)).toEqual([
      'to end it:',
      expect.stringMatching(/cancel-key-deletion/),
      enable,
    ]);
  });

  it('needs no command once it is usable again, while what runs is ended', () => {
    const back = { key: aKey({ lockoutId: anId('lk', 1) }), lockout: aLockout({ state: 'stopping_servers' }) };
    expect(lockoutWarning(back, ['orders'], now)).not.toContain('aws kms');
    expect(lockoutWarning({ ...back, lockout: aLockout() }, ['orders'], now)).toBeNull();
  });
});

describe('redis:info', () => {
  const rows = (
    database = aDatabase(),
    situation: Parameters<typeof infoRows>[0]['situation'] = { key: aKey(), lockout: null },
  ) =>
    new Map(
      infoRows({ database, situation, measured: null, now }).map(({ name, values }) => [name, values.join(' | ')]),
    );

  it.each([
    ['available', aDatabase(), 'available'],
    ['on its way down', aDatabase({ status: 'stopping' }), 'locked out (stopping)'],
    ['down', aDatabase({ status: 'stopped' }), 'locked out (stopped)'],
    ['on its way up', aDatabase({ status: 'starting' }), 'locked out (starting again)'],
    ['failed', aDatabase({ status: 'failed' }), 'failed'],
  ])('says in a word that a database is %s', (_, database, status) => {
    expect(rows(database).get('Status')).toBe(status);
  });

  it('warns in the waiting period, with the time that is left', () => {
    const shown = rows(aDatabase(), locked());

    expect(shown.get('Status')).toBe('available, about to be locked out');
    expect(shown.get('Lockout')).toBe(`services stop in 9 minutes, 24 November 2026, 11:10 UTC | to end it: ${enable}`);
    expect(shown.get('Key State')).toMatch(/^unusable: it is disabled/);
  });

  it('names the actions that a degraded key refuses', () => {
    const degraded = { key: aDegradedKey(['Encrypt', 'GenerateDataKey']), lockout: null };
    expect(rows(aDatabase(), degraded).get('Key State')).toMatch(
      /^degraded: it refuses kms:Encrypt, kms:GenerateDataKey/,
    );
  });

  it('shows the progress of a fork', () => {
    const fork = {
      leaderId: 'db',
      leaderName: 'orders',
      since: at.toISOString(),
      link: 'up' as const,
      lagBytes: 4096,
      caughtUp: false,
    };
    const shown = rows(aDatabase({ status: 'following', fork }));

    expect([shown.get('Status'), shown.get('Fork')]).toEqual([
      'following, catching up',
      'follows orders | 4096 bytes behind',
    ]);
  });

  it('omits values that were not measured', () => {
    expect([...rows().keys()].filter((name) => ['Version', 'Memory', 'Connections'].includes(name))).toEqual([]);
  });

  it('names the key, and says so where there is none', () => {
    expect(rows().get('Customer Encryption Key')).toBe(keyArn);
    expect(rows(aDatabase({ keyId: null, keyArn: null }), null).get('Customer Encryption Key')).toMatch(/^none/);
  });
});

describe('what stands for a secret', () => {
  it('is no URL, and says why', () => {
    expect(unreadable(aDatabase(), causedBy('key_disabled'))).toBe(`(unreadable: the key ${keyArn} is disabled)`);
  });
});

describe('a refusal', () => {
  it('carries the statements that a key policy lacks, and the command', () => {
    const problem = new Problem('key_rejected', 'Add the missing statements.', {
      fixes: [{ statement: { Sid: 'A' } }],
      fix: 'aws kms …',
    });

    expect(herokuErrorOf(problem, 'req_1')).toEqual({
      status: 422,
      id: 'key_rejected',
      message: 'Add the missing statements.\nStatements to add:\n{"Sid":"A"}\naws kms …',
    });
  });

  it('shows only the request id of an internal error', () => {
    const { message } = herokuErrorOf(new Problem('internal', 'The table is on fire'), 'req_1');
    expect(message).toBe('An internal error occurred. Quote req_1 to the operator.');
  });

  it('names the resource, so that the CLI searches elsewhere', () => {
    expect(herokuErrorOf(new Problem('not_found', 'No.', { resource: 'add_on' }), 'req_1')).toMatchObject({
      status: 404,
      resource: 'add_on',
    });
  });

  it('fits into a header', () => {
    expect(asciiOnly('the platform’s\nkey – é')).toBe("the platform's key ? ?");
  });
});

describe('the range of a list', () => {
  it.each([
    [null, 15],
    ['version ..; order=desc,max=1', 1],
    ['version ..; max=10, order=desc', 10],
    ['id ..; max=1000', 100],
    ['version ..; max=0', 1],
    ['nonsense', 15],
  ])('%s asks for %s', (range, count) => {
    expect(requestedLimit(range)).toBe(count);
  });
});
