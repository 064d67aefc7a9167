/** The impact of disabling or deleting a key. */
import { describe, expect, it } from '@jest/globals';
import { impactOf } from '#lib/keys/impact.ts';
import { restartEstimate, stopEstimate } from '#lib/keys/impact-estimate.ts';
import { safeToDelete } from '#lib/keys/impact-verdict.ts';
import type { Key } from '#lib/model/key.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { LockoutState } from '#lib/model/lockout-state.ts';
import { aDatabase, aKey, aLockout, anApp, anId, at, keyArn, teamId } from '#test/support/build.ts';
import { aBackup } from '#test/unit/backups/a-backup.ts';

const own = anId('key', 1);
const timed = (number: number, keyId: string, ...steps: [state: LockoutState, seconds: number][]): Lockout => {
  const opened = at.getTime() + number * 3_600_000;
  return aLockout({
    id: anId('lk', number),
    keyId,
    openedAt: new Date(opened).toISOString(),
    steps: steps.map(([state, seconds]) => ({ state, at: new Date(opened + seconds * 1000).toISOString() })),
  });
};

describe('how long a restart takes', () => {
  it('is the longest of the key’s last five', () => {
    const lockouts = [40, 1, 2, 3, 4, 5].map((seconds, number) =>
      timed(number, own, ['starting_servers', 0], ['restored', seconds]),
    );

    expect(restartEstimate({ keyId: own, lockouts })).toMatchObject({ seconds: 5, from: 'this_key', measured: 5 });
  });

  it('is by the team’s other keys where this one was never restarted, and says so', () => {
    const lockouts = [timed(1, anId('key', 2), ['starting_servers', 0], ['starting_services', 7], ['restored', 8.2])];

    expect(restartEstimate({ keyId: own, lockouts })).toEqual({
      seconds: 9,
      from: 'other_keys',
      measured: 1,
      reason: expect.stringContaining('other keys'),
    });
  });

  it('is null, with the reason, where nothing was measured', () => {
    const unfinished = [timed(1, own, ['starting_servers', 0]), timed(2, own, ['waiting', 0], ['cancelled', 5])];

    for (const lockouts of [[], unfinished])
      expect(restartEstimate({ keyId: own, lockouts })).toEqual({
        seconds: null,
        from: null,
        measured: 0,
        reason: expect.stringMatching(/has been measured yet/),
      });
  });

  it('counts from the last turn of a lockout that went to and fro', () => {
    const lockouts = [
      timed(
        1,
        own,
        ['starting_servers', 0],
        ['stopping_services', 50],
        ['stopped', 60],
        ['starting_servers', 100],
        ['restored', 103],
      ),
    ];

    expect(restartEstimate({ keyId: own, lockouts }).seconds).toBe(3);
    expect(stopEstimate({ keyId: own, lockouts }).seconds).toBe(10);
  });
});

describe('whether a key is safe to delete', () => {
  const nothing = { key: { databases: 0 }, databases: [], followers: [], backups: [] };
  it('is yes when nothing depends on it', () => {
    expect(safeToDelete(nothing)).toEqual({ verdict: 'yes', because: [expect.stringContaining('depends on it')] });
  });

  it('is no for each thing that does, and names it', () => {
    expect(safeToDelete({ ...nothing, databases: [{ name: 'orders' }] }).because).toEqual([
      expect.stringContaining('1 database (orders) is encrypted'),
    ]);
    expect(safeToDelete({ ...nothing, followers: [{ name: 'copy' }] }).because).toEqual([
      expect.stringContaining('1 follower (copy) is under another key'),
    ]);

    const backups = [aBackup({ expiresAt: '2026-12-01T00:00:00.000Z' }), aBackup()];
    expect(safeToDelete({ ...nothing, backups }).because).toEqual([
      expect.stringMatching(/2 backups are .*2026-12-29T11:00:00.000Z/),
    ]);

    const unsorted = ['2026-12-20', '2026-12-31', '2026-12-10'].map((day) =>
      aBackup({ expiresAt: `${day}T00:00:00.000Z` }),
    );
    expect(safeToDelete({ ...nothing, backups: unsorted }).because).toEqual([
      expect.stringContaining('until 2026-12-31T00:00:00.000Z.'),
    ]);

    const many = Array.from({ length: 9 }, (_, number) => ({ name: `db-${number}` }));
    expect(safeToDelete({ ...nothing, databases: many }).because[0]).toMatch(
      /^9 databases \(db-0, db-1, db-2, db-3, db-4, …\) are/,
    );
  });

  it('goes by the exact count where the list lags behind', () => {
    expect(safeToDelete({ ...nothing, key: { databases: 1 } })).toMatchObject({
      verdict: 'no',
      because: [expect.stringContaining('1 database is')],
    });
  });
});

describe('the impact of a key', () => {
  const leader = aDatabase({
    id: anId('db', 1),
    name: 'orders',
    attachments: [{ appId: anId('app', 1), name: 'REDIS' }],
  });
  const fork = {
    leaderId: leader.id,
    leaderName: 'orders',
    since: at.toISOString(),
    link: 'up' as const,
    lagBytes: 0,
    caughtUp: true,
  };
  const follower = aDatabase({
    id: anId('db', 2),
    name: 'copy',
    status: 'following',
    keyId: anId('key', 2),
    keyArn: 'arn:other',
    fork,
  });
  const stranger = aDatabase({ id: anId('db', 3), keyArn: 'arn:other', fork: { ...fork, leaderId: anId('db', 9) } });
  const page = <T>(...items: T[]) => ({ items, cursor: null });
  const proven = anId('key', 3);
  const keysById: Readonly<Record<string, Key>> = {
    [own]: aKey(),
    [proven]: aKey({ eventsProvenSince: at.toISOString() }),
  };
  const impact = impactOf({
    keyById: async (_team, id) => keysById[id] ?? null,
    databasesOnKey: async (use) => (use.keyArn === keyArn && use.teamId === teamId ? page(leader) : page()),
    unconfirmedAmong: async (_team, emails) => [...emails],
    databasesById: async (_team, ids) => [follower, stranger].filter(({ id }) => ids.includes(id)),
    watchedDatabases: async () =>
      page(
        { teamId, databaseId: follower.id },
        { teamId, databaseId: stranger.id },
        { teamId: 'team_other', databaseId: anId('db', 7) },
      ),
    backupsOnKey: async () => page(aBackup(), aBackup({ id: anId('bak', 2), status: 'failed' })),
    appsById: async () => [anApp({ id: anId('app', 1), name: 'your-app-name', admins: ['ada@acme.example'] })],
    listLockouts: async () => page(timed(1, own, ['stopping_services', 0], ['stopped', 30])),
    settings: () => ({ waitingPeriodSeconds: 600 }),
    minutesWithEvents: () => 5,
    now: () => at,
  });

  it('names databases, followers by their leader, existing backups, and apps with their config vars', async () => {
    const found = await impact({ teamId, key: own });

    expect(found.databases).toEqual([leader]);
    expect(found.followers).toEqual([follower]);
    expect(found.backups).toEqual([aBackup()]);
    expect(found.apps).toEqual([
      { id: anId('app', 1), name: 'your-app-name', configVars: [{ name: 'REDIS_URL', database: 'orders' }] },
    ]);
    expect(found.recipients).toMatchObject([
      { email: 'ada@acme.example', isConfirmed: false, apps: ['your-app-name'] },
    ]);
    expect(found.unconfirmed).toEqual(['ada@acme.example']);
    expect(found.safeToDelete.because).toHaveLength(3);
  });

  it('says when it would be noticed, acted on and done', async () => {
    expect((await impact({ teamId, key: own })).ifDisabledNow).toMatchObject({
      noticedBy: '2026-11-24T11:01:00.000Z',
      actsAt: '2026-11-24T11:11:00.000Z',
      stoppedBy: '2026-11-24T11:11:30.000Z',
    });
  });

  it('allows for a lost event where the sweep relies on them', async () => {
    expect((await impact({ teamId, key: proven })).ifDisabledNow.noticedBy).toBe('2026-11-24T11:05:00.000Z');
  });

  it('is returned for the team’s own keys only', async () => {
    await expect(impact({ teamId, key: anId('key', 5) })).rejects.toMatchObject({ code: 'not_found' });
  });
});
