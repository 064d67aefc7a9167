/** Changes of a database's settings and of its plan. */
import { describe, expect, it } from '@jest/globals';
import { changePlan } from '#lib/databases/change-plan.ts';
import { configureDatabase } from '#lib/databases/settings.ts';
import type { Database, Settings } from '#lib/model/database.ts';
import type { Fleet, Measurement, Outcome, ServiceSettings } from '#lib/model/fleet.ts';
import { aDatabase, aKey, aLockout, anApp, anId, at, teamId, tokenActor } from '#test/support/build.ts';
import { aLedger, type Nouns } from '#test/support/ledger.ts';

const mebibyte = 2 ** 20;

interface World extends Nouns {
  readonly usedBytes?: number | null;
  readonly outcome?: Outcome;
}

function scene({ usedBytes = mebibyte, outcome = { serverId: anId('srv', 1), state: 'done' }, ...nouns }: World = {}) {
  const ledger = aLedger({ keys: [aKey()], databases: [aDatabase({ name: 'orders' })], apps: [anApp()], ...nouns });
  const configured: ServiceSettings[] = [];
  const fleet: Pick<Fleet, 'configure' | 'measure'> = {
    configure: async (_serverId, settings) => {
      configured.push(settings);
      return outcome;
    },
    measure: async ([serverId = '']): Promise<Measurement[]> => [{ serverId, version: '7.2.4', usedBytes, clients: 1 }],
  };
  const deps = { ...ledger, fleet: async () => fleet as Fleet, now: () => at };
  const base = { teamId, actor: tokenActor, database: 'orders' };
  return {
    ledger,
    configured,
    configure: (settings: Settings) => configureDatabase(deps)({ ...base, settings }),
    change: (plan: string) => changePlan(deps)({ ...base, plan }),
    now: () => ledger.all<Database>('DB#')[0],
  };
}

describe('settings', () => {
  it('reach the service with those that stay, and then the record', async () => {
    const { configured, configure, ledger, now } = scene();
    await configure({ evictionPolicy: 'allkeys-lru' });
    await configure({ idleTimeoutSeconds: 60 });

    const plan = { memoryMb: 7168, maxClients: 10_000, keyspaceEvents: '' };
    expect(configured).toEqual([
      { ...plan, evictionPolicy: 'allkeys-lru', idleTimeoutSeconds: 0 },
      { ...plan, evictionPolicy: 'allkeys-lru', idleTimeoutSeconds: 60 },
    ]);
    expect(now()?.settings).toEqual({ evictionPolicy: 'allkeys-lru', idleTimeoutSeconds: 60 });
    expect(ledger.entries().map(({ type }) => type)).toEqual(['DatabaseConfigured', 'DatabaseConfigured']);
  });

  it.each<[string, Settings]>([
    ['an unknown policy', { evictionPolicy: 'newest' }],
    ['a negative timeout', { idleTimeoutSeconds: -1 }],
    ['half a second', { idleTimeoutSeconds: 0.5 }],
    ['more than a week', { idleTimeoutSeconds: 604_801 }],
    ['unknown events', { keyspaceEvents: 'AKQ' }],
    ['events that Redis would not publish', { keyspaceEvents: 'A' }],
  ])('are refused for %s, before the service hears of it', async (_, settings) => {
    const { configured, configure } = scene();
    await expect(configure(settings)).rejects.toMatchObject({ code: 'invalid_request' });
    expect(configured).toEqual([]);
  });

  it('are not on record when the service did not take them', async () => {
    const serverId = anId('srv', 1);
    const { configure, ledger } = scene({
      outcome: { serverId, state: 'failed', reason: 'unavailable', detail: 'Not now' },
    });

    await expect(configure({ idleTimeoutSeconds: 1 })).rejects.toMatchObject({ name: 'Transient' });
    expect(ledger.commits).toEqual([]);
  });

  it('wait for the key', async () => {
    const { configure } = scene({ keys: [aKey({ lockoutId: anId('lk', 1) })], lockouts: [aLockout()] });
    await expect(configure({ idleTimeoutSeconds: 1 })).rejects.toMatchObject({ code: 'key_unusable' });
  });
});

describe('another plan', () => {
  it('reaches the service, keeps the settings, and is on record', async () => {
    const settings = { evictionPolicy: 'volatile-ttl' };
    const { change, configured, ledger, now } = scene({ databases: [aDatabase({ name: 'orders', settings })] });
    await change('private-9');

    expect(configured).toMatchObject([{ memoryMb: 10_240, maxClients: 25_000, evictionPolicy: 'volatile-ttl' }]);
    expect(now()?.plan).toBe('private-9');
    expect(ledger.entries()).toMatchObject([{ type: 'PlanChanged', data: { from: 'private-7', to: 'private-9' } }]);
  });

  it('that it has already changes nothing', async () => {
    const { change, configured } = scene();
    expect((await change('private-7')).plan).toBe('private-7');
    expect(configured).toEqual([]);
  });

  const large = { databases: [aDatabase({ name: 'orders', plan: 'private-9' })] };
  it.each<[string, { world?: World; plan: string }, string]>([
    ['an unknown name', { plan: 'private-8' }, 'invalid_request'],
    ['one without customer keys', { plan: 'premium-9' }, 'plan_unsupported'],
    ['another tier', { plan: 'shield-7' }, 'plan_unsupported'],
    [
      'less memory than is in use',
      { world: { ...large, usedBytes: 7169 * mebibyte }, plan: 'private-7' },
      'plan_unsupported',
    ],
    [
      'less memory, when nobody knows how much is in use',
      { world: { ...large, usedBytes: null }, plan: 'private-7' },
      'unavailable',
    ],
    [
      'a database that is being promoted',
      { world: { databases: [aDatabase({ name: 'orders', handoverTo: 'x' })] }, plan: 'private-9' },
      'wrong_state',
    ],
  ])('is refused: %s', async (_, { world, plan }, code) => {
    const { change, configured } = scene(world);
    await expect(change(plan)).rejects.toMatchObject({ code });
    expect(configured).toEqual([]);
  });

  it('may be smaller while the data fits', async () => {
    const { change } = scene({ ...large, usedBytes: 7168 * mebibyte });
    expect((await change('private-7')).plan).toBe('private-7');
  });

  it('of a follower is not below its leader', async () => {
    const leader = aDatabase({ id: anId('db', 2), name: 'leader', plan: 'private-9' });
    const fork = {
      leaderId: leader.id,
      leaderName: 'leader',
      since: at.toISOString(),
      link: 'up' as const,
      lagBytes: 0,
      caughtUp: true,
    };
    const follower = aDatabase({ name: 'orders', plan: 'private-10', status: 'following', fork });
    const { change } = scene({ databases: [follower, leader] });

    await expect(change('private-7')).rejects.toMatchObject({ code: 'plan_unsupported' });
  });
});
