/** The pictures say what the numbers say: the blast radius, the bars of a lockout, the chart of past lockouts. */
import { describe, expect, test } from '@jest/globals';
import { blastRadius } from '#console/view-models/blast-radius.ts';
import { lockoutChart, lockoutTimes } from '#console/view-models/lockout-times.ts';
import { phaseBars, share } from '#console/view-models/progress.ts';
import { aLockout, anImpact } from './things.ts';

const label = { label: 'prod', note: 'serving', tone: 'green' as const };

const database = (number: number) => ({
  id: `db_${number}`,
  name: `orders-${number}`,
  plan: 'private-7',
  status: 'available' as const,
  follows: null,
});
const databases = (total: number) => ({ total, items: Array.from({ length: total }, (_, index) => database(index)) });

describe('the blast radius', () => {
  test('links the key with databases, databases with apps, and apps with their recipients', () => {
    const configVars = [{ name: 'REDIS_URL', database: 'orders-1' }];
    const radius = blastRadius(
      anImpact({
        databases: databases(2),
        apps: { total: 1, items: [{ id: 'app_a', name: 'shop', configVars }] },
        recipients: {
          total: 1,
          items: [{ id: 'rcp_a', email: 'ada@acme.example', isConfirmed: false, apps: ['shop'] }],
        },
      }),
      label,
    );

    expect(radius.columns.map(({ title, total }) => [title, total])).toEqual([
      ['Key', 1],
      ['Databases', 2],
      ['Apps', 1],
      ['Notified', 1],
    ]);
    expect(radius.edges).toEqual([
      [
        { from: 0, to: 0 },
        { from: 0, to: 1 },
      ],
      [{ from: 1, to: 0 }],
      [{ from: 0, to: 0 }],
    ]);
    expect(radius.columns[3]?.nodes).toMatchObject([{ tone: 'amber', note: 'unconfirmed: one mail only' }]);
    expect(radius.summary).toBe('2 databases → 1 app → 1 person notified');
  });

  test('counts what does not fit in one row more, which the lines reach too', () => {
    const configVars = databases(500).items.map(({ name }) => ({ name: 'REDIS_URL', database: name }));
    const radius = blastRadius(
      anImpact({ databases: databases(500), apps: { total: 1, items: [{ id: 'app_a', name: 'shop', configVars }] } }),
      label,
    );

    expect(radius.columns[1]).toMatchObject({ total: 500, more: 493 });
    expect(radius.columns[1]?.nodes).toHaveLength(7);
    expect(radius.edges[0]).toHaveLength(8);
    expect(radius.edges[1]).toHaveLength(8);
  });

  test('says that nothing depends on a key, and shows backups and followers', () => {
    expect(blastRadius(anImpact(), label).summary).toBe('Nothing depends on this key.');

    const backups = { total: 3, items: [] };
    expect(blastRadius(anImpact({ backups }), label).asides).toEqual([
      '3 backups cannot be read or restored meanwhile.',
    ]);
  });
});

describe('the bars of a lockout', () => {
  const progress = {
    databases: 12,
    servicesStopped: 12,
    serversStopped: 7,
    serversStarted: 0,
    servicesStarted: 0,
    held: 0,
  };
  const steps = (
    ...states: ('waiting' | 'stopping_services' | 'stopping_servers' | 'stopped' | 'starting_servers')[]
  ) => states.map((state, index) => ({ state, at: new Date(index * 1000).toISOString() }));

  test('follow the phases', () => {
    const lockout = aLockout({
      state: 'stopping_servers',
      steps: steps('waiting', 'stopping_services', 'stopping_servers'),
      progress,
    });

    expect(phaseBars(lockout)).toEqual([
      { label: 'Services stopped', done: 12, of: 12, state: 'done' },
      { label: 'Servers sealed', done: 7, of: 12, state: 'active' },
    ]);
  });

  test('are those of the restore once it begins', () => {
    const lockout = aLockout({
      state: 'starting_servers',
      steps: steps('waiting', 'stopping_services', 'stopping_servers', 'stopped', 'starting_servers'),
      progress: { ...progress, serversStarted: 3 },
    });

    expect(phaseBars(lockout)).toMatchObject([
      { label: 'Servers started', done: 3, state: 'active' },
      { label: 'Services started', done: 0, state: 'next' },
    ]);
  });

  test('never leave their track', () => {
    expect([share(1, 0), share(-1, 5), share(9, 5), share(1, 4)]).toEqual([0, 0, 1, 0.25]);
  });
});

describe('the times of a lockout', () => {
  const at = (second: number) => new Date(second * 1000).toISOString();
  const over = aLockout({
    state: 'restored',
    openedAt: at(0),
    steps: [
      { state: 'waiting', at: at(0) },
      { state: 'stopping_services', at: at(600) },
      { state: 'stopping_servers', at: at(604) },
      { state: 'stopped', at: at(610) },
      { state: 'starting_servers', at: at(4210) },
      { state: 'starting_services', at: at(4215) },
      { state: 'restored', at: at(4225) },
    ],
  });

  test('are those between its states', () => {
    expect(lockoutTimes(over)).toMatchObject({
      waitedMs: 600_000,
      stopMs: 10_000,
      outMs: 3_600_000,
      restoreMs: 15_000,
    });
  });

  test('of a cancelled lockout are the wait only', () => {
    const steps = [
      { state: 'waiting' as const, at: at(0) },
      { state: 'cancelled' as const, at: at(200) },
    ];

    expect(lockoutTimes({ id: 'lk_b', openedAt: at(0), steps })).toMatchObject({
      waitedMs: 200_000,
      stopMs: null,
      outMs: null,
      restoreMs: null,
    });
  });

  test('are drawn for those that stopped something, the oldest first', () => {
    const open = aLockout({ id: 'lk_open' });
    const newer = { ...over, id: 'lk_newer' };

    expect(lockoutChart([open, newer, over])).toEqual({
      most: 15_000,
      bars: [
        expect.objectContaining({ id: 'lk_a', stop: 10_000, restore: 15_000 }),
        expect.objectContaining({ id: 'lk_newer' }),
      ],
    });
  });
});
