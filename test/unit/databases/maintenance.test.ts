/** Maintenance windows, schedules and runs. */
import { describe, expect, it } from '@jest/globals';
import { runMaintenance, scheduleMaintenance, setMaintenanceWindow } from '#lib/databases/maintenance.ts';
import { nextWindow, parseWindow, windowOf, windowText } from '#lib/databases/maintenance-window.ts';
import { beginDueMaintenances, maintain } from '#lib/databases/maintenance-work.ts';
import type { Database } from '#lib/model/database.ts';
import type { Fleet, Outcome } from '#lib/model/fleet.ts';
import type { Due } from '#lib/model/items/maintenances.ts';
import { aDatabase, aKey, aLockout, anId, at, teamId, tokenActor } from '#test/support/build.ts';
import { aLedger, type Nouns } from '#test/support/ledger.ts';

describe('a window', () => {
  it.each([
    ['monday', '10:00', 'Mondays 10:00 to 14:00 UTC'],
    ['Tue', '1:30PM', 'Tuesdays 13:30 to 17:30 UTC'],
    ['sundays', '12am', 'Sundays 00:00 to 04:00 UTC'],
    ['saturday', '23:15', 'Saturdays 23:15 to 03:15 UTC'],
  ])('is read from %s %s', (day, time, text) => {
    expect(windowText(parseWindow(day, time))).toBe(text);
  });

  it.each([
    ['someday', '10:00'],
    ['mo', '10:00'],
    ['monday', '25:00'],
    ['monday', '10:60'],
    ['monday', '13pm'],
    ['monday', 'noon'],
  ])('is refused for %s %s', (day, time) => {
    expect(() => parseWindow(day, time)).toThrow(/as in: monday 10:00/);
  });

  it('is the same night every time until an owner chooses', () => {
    const database = aDatabase();

    expect(windowOf(database)).toEqual(windowOf(database));
    expect(windowOf({ id: database.id, maintenance: { window: { day: 'friday', time: '05:00' } } })).toEqual({
      day: 'friday',
      time: '05:00',
    });
  });

  it.each([
    [
      'later in the week',
      { from: '2026-11-24T11:00:00Z', day: 'friday', time: '05:00', weeks: 0 },
      '2026-11-27T05:00:00.000Z',
    ],
    [
      'later today',
      { from: '2026-11-24T11:00:00Z', day: 'tuesday', time: '12:00', weeks: 0 },
      '2026-11-24T12:00:00.000Z',
    ],
    [
      'now, since it is open',
      { from: '2026-11-24T11:00:00Z', day: 'tuesday', time: '08:00', weeks: 0 },
      '2026-11-24T08:00:00.000Z',
    ],
    [
      'now, since it opened yesterday',
      { from: '2026-11-25T01:00:00Z', day: 'tuesday', time: '22:00', weeks: 0 },
      '2026-11-24T22:00:00.000Z',
    ],
    [
      'next week, since it is over',
      { from: '2026-11-24T12:00:00Z', day: 'tuesday', time: '08:00', weeks: 0 },
      '2026-12-01T08:00:00.000Z',
    ],
    [
      'two weeks later',
      { from: '2026-11-24T11:00:00Z', day: 'friday', time: '05:00', weeks: 2 },
      '2026-12-11T05:00:00.000Z',
    ],
  ] as const)('comes next: %s', (_, { from, day, time, weeks }, begin) => {
    expect(nextWindow({ day, time }, new Date(from), weeks).toISOString()).toBe(begin);
  });
});

const window = { day: 'friday', time: '05:00' } as const;
const done: Outcome = { serverId: anId('srv', 1), state: 'done' };

function scene(
  database: Partial<Database> = {},
  { outcome = done, now = at, ...nouns }: Nouns & { outcome?: Outcome; now?: Date } = {},
) {
  const ledger = aLedger({
    keys: [aKey()],
    databases: [aDatabase({ name: 'orders', maintenance: { window }, ...database })],
    ...nouns,
  });
  const restarted: string[] = [];
  const fleet: Pick<Fleet, 'restartServices'> = {
    restartServices: async (ids) => {
      restarted.push(...ids);
      return [outcome];
    },
  };
  const deps = {
    ...ledger,
    fleet: async () => fleet as Fleet,
    now: () => now,
    scheduledMaintenances: async () => ({
      items: ledger.all<Due>('DUE#').sort((a, b) => (a.scheduledFor < b.scheduledFor ? -1 : 1)),
      cursor: null,
    }),
  };
  const request = { teamId, actor: tokenActor, database: 'orders' };
  const ref = { teamId, databaseId: anId('db', 1) };
  return { ledger, deps, request, ref, restarted, maintenance: () => ledger.all<Database>('DB#')[0]?.maintenance };
}

describe('a schedule', () => {
  it('is the window behind the weeks, and moves by weeks from there', async () => {
    const { deps, request, ledger } = scene();
    const first = await scheduleMaintenance(deps)({ ...request, weeks: 2 });
    const second = await scheduleMaintenance(deps)({ ...request, weeks: -1 });

    expect([first.before, first.database.maintenance?.scheduledFor]).toEqual([null, '2026-12-11T05:00:00.000Z']);
    expect([second.before, second.database.maintenance?.scheduledFor]).toEqual([
      '2026-12-11T05:00:00.000Z',
      '2026-12-04T05:00:00.000Z',
    ]);
    expect(ledger.all<Due>('DUE#').map(({ scheduledFor }) => scheduledFor)).toEqual(['2026-12-04T05:00:00.000Z']);
  });

  it.each([-3, 60])('is refused %s weeks away', async (weeks) => {
    const { deps, request } = scene();
    await expect(scheduleMaintenance(deps)({ ...request, weeks })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('stays when the window changes', async () => {
    const { deps, request, maintenance } = scene();
    await scheduleMaintenance(deps)({ ...request, weeks: 0 });

    await setMaintenanceWindow(deps)({ ...request, window: { day: 'monday', time: '10:00' } });

    expect(maintenance()).toMatchObject({ window: { day: 'monday' }, scheduledFor: '2026-11-27T05:00:00.000Z' });
  });
});

describe('maintenance', () => {
  it('begins once, restarts the service, and is on record when that is done', async () => {
    const { deps, request, ref, ledger, restarted, maintenance } = scene();
    await scheduleMaintenance(deps)({ ...request, weeks: 0 });
    await runMaintenance(deps)(request);

    expect(ledger.effects()).toEqual([{ kind: 'maintenance', maintenance: ref }]);
    expect(ledger.all('DUE#')).toEqual([]);
    await expect(runMaintenance(deps)(request)).rejects.toMatchObject({ code: 'wrong_state' });

    await maintain(deps)(ref);
    await maintain(deps)(ref);
    expect(restarted).toEqual([anId('srv', 1)]);
    expect(maintenance()).toMatchObject({ startedAt: null, scheduledFor: null, past: [{ failure: null }] });
    expect(ledger.entries().map(({ type }) => type)).toEqual([
      'MaintenanceScheduled',
      'MaintenanceStarted',
      'MaintenanceCompleted',
    ]);
  });

  it.each([
    [
      { service: '8.0.1', system: '2023.9.20251117' },
      'Upgraded service 8.0.1 to 8.0.6, system 2023.9.20251117 to 2023.12.20260727.',
    ],
    [
      { service: '8.0.6', system: '2023.12.20260727' },
      'Restarted. Nothing was upgraded: service 8.0.6, system 2023.12.20260727.',
    ],
  ])('says what it upgraded, or that it upgraded nothing', async (before, result) => {
    const versions = { before, after: { service: '8.0.6', system: '2023.12.20260727' } };
    const outcome = { serverId: anId('srv', 1), state: 'done' as const, proof: { versions } };
    const { deps, ref, ledger, maintenance } = scene(
      { maintenance: { window, startedAt: at.toISOString() } },
      { outcome },
    );

    await maintain(deps)(ref);

    expect(maintenance()).toMatchObject({ past: [{ failure: null, versions }] });
    expect(ledger.entries()).toMatchObject([{ type: 'MaintenanceCompleted', data: { result, versions } }]);
  });

  it('waits while the service is not back, and ends where it cannot be', async () => {
    const started = { maintenance: { window, startedAt: at.toISOString() } };
    const serverId = anId('srv', 1);
    const waiting = scene(started, { outcome: { serverId, state: 'pending' } });
    await expect(maintain(waiting.deps)(waiting.ref)).rejects.toMatchObject({ name: 'Transient' });
    expect(waiting.ledger.commits).toEqual([]);

    const failing = scene(started, {
      outcome: { serverId, state: 'failed', reason: 'save_failed', detail: 'The disk is full.' },
    });
    await maintain(failing.deps)(failing.ref);
    expect(failing.maintenance()).toMatchObject({ startedAt: null, past: [{ failure: 'The disk is full.' }] });
  });

  it('of a database that was locked out meanwhile is no success', async () => {
    const { deps, ref, maintenance } = scene({ status: 'stopped', maintenance: { startedAt: at.toISOString() } });
    await maintain(deps)(ref);
    expect(maintenance()).toMatchObject({ past: [{ failure: 'It is stopped: nothing was done.' }] });
  });
});

describe('due maintenance', () => {
  const due = async (options: Parameters<typeof scene>[1] = {}) => {
    const early = scene({}, options);
    await scheduleMaintenance({ ...early.deps, now: () => at })({ ...early.request, weeks: 0 });
    return early;
  };

  it('begins at its time and not before', async () => {
    const { deps, maintenance } = await due({ now: new Date('2026-11-27T05:00:30Z') });
    await beginDueMaintenances({ ...deps, now: () => new Date('2026-11-27T04:59:00Z') })();

    expect(maintenance()?.startedAt).toBeUndefined();

    await beginDueMaintenances(deps)();
    expect(maintenance()?.startedAt).toBe('2026-11-27T05:00:30.000Z');
  });

  it('waits a week under a locked-out key', async () => {
    const { deps, maintenance } = await due({
      now: new Date('2026-11-27T05:00:30Z'),
      keys: [aKey({ lockoutId: anId('lk', 1) })],
      lockouts: [aLockout()],
    });
    await beginDueMaintenances(deps)();

    expect(maintenance()).toMatchObject({ scheduledFor: '2026-12-04T05:00:00.000Z' });
    expect(maintenance()?.startedAt).toBeUndefined();
  });

  it('is forgotten with its database', async () => {
    const { deps, ledger } = await due({ now: new Date('2026-11-27T05:00:30Z') });
    await beginDueMaintenances({ ...deps, databaseById: async () => null })();
    expect(ledger.all('DUE#')).toEqual([]);
  });
});
