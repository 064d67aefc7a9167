/** The fork watch: promotions first, followers in batches, one team after the other, and isolation of failures. */
import { describe, expect, it } from '@jest/globals';
import { forkOf } from '#lib/databases/fork.ts';
import { interleaveTeams, watchForks } from '#lib/databases/fork-watch.ts';
import type { Database } from '#lib/model/database.ts';
import type { Fleet, Progress } from '#lib/model/fleet.ts';
import { aDatabase, anId, at, teamId } from '#test/support/build.ts';
import { aLedger } from '#test/support/ledger.ts';

const leader = aDatabase({ id: anId('db', 9999), name: 'leader' });

const follower = (number: number, changes: Partial<Database> = {}): Database =>
  aDatabase({
    ...{ id: anId('db', number), name: `follower-${number}`, serverId: anId('srv', number), status: 'following' },
    ...{ fork: forkOf(leader, at), ...changes },
  });

const runAt = new Date(at.getTime() - 600_000).toISOString();
const forgottenPromotion = {
  appId: anId('app', 1),
  leaderId: leader.id,
  stage: 'preparing',
  shutOutAt: null,
  run: 1,
  runAt,
} as const;

const caughtUpNow = (serverId: string): Progress => ({
  serverId,
  ...{ state: 'following', lagBytes: 0, caughtUp: true, link: 'up', detail: 'It has caught up.' },
});

interface Scene {
  readonly databases: readonly Database[];
  readonly caughtUp?: Fleet['caughtUp'];
  readonly secondsPerLook?: number;
}

function scene({ databases, caughtUp = async (ids) => ids.map(caughtUpNow), secondsPerLook = 0 }: Scene) {
  const ledger = aLedger({ databases });
  const calls: string[] = [];
  const batches: string[][] = [];
  let seconds = 0;
  const fleet = async () =>
    ({
      caughtUp: async (ids: readonly string[]) => {
        calls.push(`ask ${ids.length}`);
        batches.push([...ids]);
        seconds += secondsPerLook;
        return caughtUp(ids);
      },
    }) as Fleet;
  const deps = {
    ...ledger,
    fleet,
    isRunning: async () => false,
    watchedDatabases: async () => ({
      items: databases.map(({ teamId, id }) => ({ teamId, databaseId: id })),
      cursor: null,
    }),
    commit: async (unit: Parameters<typeof ledger.commit>[0]) => {
      if (unit.effects?.length) calls.push('resume');
      await ledger.commit(unit);
    },
    now: () => new Date(at.getTime() + seconds * 1000),
  };
  const linkOf = (number: number) =>
    ledger.all<Database>('DB#').find(({ id }) => id === anId('db', number))?.fork?.link;
  return { watch: watchForks(deps), ledger, calls, batches, linkOf };
}

describe('the fork watch', () => {
  it('resumes promotions first, and checks followers at most fifty at a time', async () => {
    const followers = Array.from({ length: 120 }, (_, number) => follower(number));
    const { watch, calls, ledger } = scene({
      databases: [...followers, follower(500, { promotion: forgottenPromotion })],
    });

    await watch();

    expect(calls).toEqual(['resume', 'ask 50', 'ask 50', 'ask 20']);
    expect(ledger.all<Database>('DB#').filter(({ fork }) => fork?.caughtUp)).toHaveLength(120);
  });

  it('loses only the response of the server that fails', async () => {
    const caughtUp: Fleet['caughtUp'] = async (ids) => {
      if (ids.includes(anId('srv', 7))) throw new Error('broken');
      return ids.map(caughtUpNow);
    };
    const { watch, linkOf } = scene({
      databases: Array.from({ length: 20 }, (_, number) => follower(number)),
      caughtUp,
    });

    await watch();

    expect(Array.from({ length: 20 }, (_, number) => linkOf(number)).filter((link) => link === 'up')).toHaveLength(19);
    expect(linkOf(7)).toBe('connecting');
  });

  it('begins no batch that its time-out would cut off', async () => {
    const databases = Array.from({ length: 1000 }, (_, number) => follower(number));
    const { watch, batches } = scene({ databases, secondsPerLook: 6 });

    await watch();

    expect(batches).toHaveLength(8);
  });

  it('removes the row of a database that settled, and writes nothing where nothing changed', async () => {
    const settled = aDatabase({ id: anId('db', 1), fork: null });
    const known = follower(2, { fork: { ...forkOf(leader, at), link: 'up', caughtUp: true, lagBytes: 0 } });
    const { watch, ledger } = scene({ databases: [settled, known] });

    await watch();

    expect(ledger.commits.map(({ changes }) => changes)).toEqual([
      [{ kind: 'remove', row: { pk: 'WATCHED', sk: settled.id } }],
    ]);
  });
});

describe('the order of followers', () => {
  it('lets teams take turns, and begins elsewhere in the next minute', () => {
    const of = (team: string, count: number) =>
      Array.from({ length: count }, (_, number) => ({ teamId: team, number }));
    const order = (minute: number) =>
      interleaveTeams([...of(teamId, 3), ...of('other', 1)], minute).map(
        (each) => `${each.teamId === teamId ? 'a' : 'b'}${each.number}`,
      );

    expect(order(0)).toEqual(['a0', 'b0', 'a1', 'a2']);
    expect(order(1)).toEqual(['b0', 'a1', 'a2', 'a0']);
  });

  it('is empty without followers', () => {
    expect(interleaveTeams([], 7)).toEqual([]);
  });
});
