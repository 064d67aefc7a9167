/** Draining the outbox: order, fairness between teams, and limits. */
import { describe, expect, it } from '@jest/globals';
import type { Entry } from '#lib/model/entry.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import { messageId, teamShardOf } from '#lib/model/items/outbox.ts';
import type { OutboxMessage, Pending, Published } from '#lib/model/outbox-message.ts';
import { drainOutbox } from '#lib/outbox/drain.ts';
import { resendParked } from '#lib/outbox/park.ts';
import { at } from '#test/support/build.ts';
import { aLedger } from '#test/support/ledger.ts';

const loud = 'team_01aaaaaaaaaaaaaaaaaaaaaaaa';
const quiet = 'team_01zzzzzzzzzzzzzzzzzzzzzzzz';
const longAgo = new Date(at.getTime() - 5 * 60_000).toISOString();
const days = (count: number) => new Date(at.getTime() - count * 86_400_000).toISOString();

const event = (team: string, seq: number): OutboxMessage => ({
  kind: 'event',
  entry: { type: 'AppCreated', teamId: team, seq, subject: {} } as unknown as Entry,
});
const shutdown: OutboxMessage = { kind: 'workflow', machine: 'key-shutdown', name: 'lk_1-1', input: {} };
const restart: OutboxMessage = { kind: 'restart', restart: { teamId: quiet, appId: 'app_1', release: 1 } };
const message = (
  team: string,
  effect: OutboxMessage,
  { unique = 'out_1', ...changes }: Partial<Pending> & { unique?: string } = {},
): Pending => ({
  ...{ id: messageId(team, effect, unique), effect, since: longAgo, claimedUntil: null, attempts: 0 },
  ...changes,
});
const flood = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    message(loud, event(loud, n + 1), { unique: `out_${String(n).padStart(5, '0')}` }),
  );

interface Fate {
  readonly refused?: Published['refused'];
  /** The duration of a call of the bus, in milliseconds. */
  readonly lasts?: number;
}

/** An outbox in memory, whose virtual time advances with each call of the bus. */
function aScene(messages: readonly Pending[], { refused = [], lasts = 0 }: Fate = {}) {
  const waiting = new Map(messages.map((each) => [each.id, each]));
  const ids = [...waiting.keys()].sort();
  const published: string[] = [];
  const commits: Commit[] = [];
  let clock = at.getTime();
  const teamIn = (id: string) => id.split('#')[0] ?? '';
  const commit = async (unit: Commit) => {
    commits.push(unit);
    for (const change of unit.changes) if (change.kind === 'remove') waiting.delete(change.row.sk);
  };
  const deps = {
    now: () => new Date(clock),
    commit,
    nextTeamWaiting: async (shard: number, after: string | null) =>
      [...new Set([...waiting.keys()].map(teamIn))]
        .filter((team) => teamShardOf(team) === shard && (after === null || team > after))
        .sort()[0] ?? null,
    pendingOf: async ({
      teamId,
      rank,
      after,
      limit,
    }: {
      teamId: string | null;
      rank?: number;
      after: string | null;
      limit: number;
    }) => {
      const prefix = teamId === null ? 'out_' : `${teamId}#${rank ?? ''}`;
      const found = ids.filter((id) => id.startsWith(prefix) && (after === null || id > after) && waiting.has(id));
      const items = found.slice(0, limit).map((id) => ({ ...(waiting.get(id) as Pending), pk: '', sk: id }));
      return { items, cursor: found.length > limit ? (found[limit - 1] ?? null) : null };
    },
    done: async (id: string) => void waiting.delete(id),
    publish: async (page: readonly Pending[]): Promise<Published> => {
      clock += lasts;
      const bad = new Set(refused.map(({ id }) => id));
      const taken = page.map(({ id }) => id).filter((id) => !bad.has(id));
      published.push(...taken);
      return { taken, refused: refused.filter(({ id }) => page.some((each) => each.id === id)), failure: null };
    },
  };
  const parked = () =>
    commits.flatMap(({ changes }) => changes.flatMap((change) => (change.kind === 'create' ? [change.row] : [])));
  return { deps, waiting, published, commits, parked };
}

describe('emptying the outbox', () => {
  it("sends another team's lockout before any of a team's ten thousand events", async () => {
    const { deps, published } = aScene([...flood(10_000), message(quiet, shutdown)]);
    await drainOutbox(deps)();

    expect(published[0]).toBe(message(quiet, shutdown).id);
    expect(published).toHaveLength(10_001);
  });

  it("makes another team's lesser work wait for a page of the ten thousand at most", async () => {
    const { deps, published } = aScene([...flood(10_000), message(quiet, restart)]);
    await drainOutbox(deps)();
    expect(published.indexOf(message(quiet, restart).id)).toBeLessThanOrEqual(50);
  });

  it('keeps to the order of lockouts, work, events within a team, and sends nothing twice', async () => {
    const all = [message(quiet, event(quiet, 1)), message(quiet, restart), message(quiet, shutdown)];
    const { deps, published } = aScene(all);

    await drainOutbox(deps)();

    expect(published).toEqual([...all].reverse().map(({ id }) => id));
  });

  it('ends in time on a slow bus, with every team served', async () => {
    const { deps, published, waiting } = aScene([...flood(10_000), message(quiet, shutdown), message(quiet, restart)], {
      lasts: 1000,
    });
    await drainOutbox(deps)();

    expect(deps.now().getTime() - at.getTime()).toBeLessThanOrEqual(31_000);
    expect(published).toEqual(expect.arrayContaining([message(quiet, shutdown).id, message(quiet, restart).id]));
    expect(waiting.size).toBeGreaterThan(0);
  });

  it('ignores messages that an announcement or a worker is processing', async () => {
    const { deps, published } = aScene([
      message(quiet, restart, { unique: 'out_new', since: new Date(at.getTime() - 30_000).toISOString() }),
      message(quiet, restart, { unique: 'out_claimed', claimedUntil: new Date(at.getTime() + 1000).toISOString() }),
      message(quiet, restart, { unique: 'out_free', claimedUntil: longAgo }),
    ]);
    await drainOutbox(deps)();

    expect(published).toEqual([message(quiet, restart, { unique: 'out_free' }).id]);
  });

  it('sends no lesser message of a team before its lockout messages if the bus fails; serves other teams', async () => {
    const { deps, published } = aScene([
      message(quiet, shutdown),
      message(quiet, restart),
      message(loud, event(loud, 1)),
    ]);
    let calls = 0;
    const publish = async (page: readonly Pending[]): Promise<Published> => {
      const isFirst = page.some(({ id }) => id === message(quiet, shutdown).id) && calls++ === 0;
      return isFirst ? { taken: [], refused: [], failure: new Error('The bus is down') } : deps.publish(page);
    };

    await drainOutbox({ ...deps, publish })();

    expect(published).toEqual([message(loud, event(loud, 1)).id]);

    await drainOutbox({ ...deps, publish })();
    expect(published.slice(1)).toEqual([message(quiet, shutdown).id, message(quiet, restart).id]);
  });

  it('sends what waited from before messages were kept by team', async () => {
    const { deps, published } = aScene([{ ...message(quiet, restart), id: 'out_old' }]);
    await drainOutbox(deps)();
    expect(published).toEqual(['out_old']);
  });
});

describe('a message that cannot be sent', () => {
  const bad = message(loud, event(loud, 7));

  it('is parked at once where no repetition helps, counted, and holds no other', async () => {
    const good = message(loud, event(loud, 8), { unique: 'out_2' });
    const { deps, parked, waiting } = aScene([bad, good], {
      refused: [{ id: bad.id, reason: 'too_large: 400000 bytes', final: true }],
    });

    expect(await drainOutbox(deps)()).toEqual({ sent: 1, parked: 1 });
    expect(parked()).toMatchObject([
      {
        pk: 'PARKED',
        id: bad.id,
        teamId: loud,
        message: { kind: 'event', type: 'AppCreated', seq: 7 },
        reason: 'too_large: 400000 bytes',
      },
    ]);
    expect(waiting.size).toBe(0);
  });

  it('waits where the bus may change its mind, and is parked after a day of that', async () => {
    const refused = [{ id: bad.id, reason: 'AccessDeniedException', final: false }];
    const young = aScene([bad], { refused });

    expect(await drainOutbox(young.deps)()).toEqual({ sent: 0, parked: 0 });

    const old = aScene([{ ...bad, since: days(2) }], { refused });
    expect(await drainOutbox(old.deps)()).toEqual({ sent: 0, parked: 1 });
  });

  it('is parked after a day of attempts by its worker, without being sent once more', async () => {
    const { deps, parked, published } = aScene([message(quiet, restart, { attempts: 1440 })]);
    await drainOutbox(deps)();

    expect(published).toEqual([]);
    expect(parked()).toMatchObject([{ message: restart, attempts: 1440 }]);
  });

  it('goes back into the outbox when an operator says so: an event as the timeline has it', async () => {
    const { deps, parked, commits } = aScene([bad], {
      refused: [{ id: bad.id, reason: 'MalformedDetail', final: true }],
    });
    await drainOutbox(deps)();
    const [row] = parked();
    const entry = { seq: 7, teamId: loud, subject: {}, type: 'AppCreated' } as unknown as Entry;

    await resendParked({ ...deps, parkedById: async () => row as never, entryAt: async () => entry })(bad.id);

    expect(commits.at(-1)?.changes).toMatchObject([
      { kind: 'remove', row: { pk: 'PARKED' } },
      {
        kind: 'create',
        row: { pk: `OUTBOX#${teamShardOf(loud)}`, sk: bad.id, effect: { kind: 'event', entry }, attempts: 0 },
      },
    ]);
  });

  it('goes back once if two operators say so at the same moment', async () => {
    const ledger = aLedger({});
    const [since, parkedAt] = [longAgo, at.toISOString()];
    const parked = {
      id: bad.id,
      teamId: quiet,
      message: restart,
      since,
      attempts: 1440,
      parkedAt,
      reason: 'failed 1440 times',
    };
    const row = { pk: 'PARKED', sk: `MESSAGE#${bad.id}`, ...parked };
    await ledger.commit({ teamId: quiet, at, changes: [{ kind: 'create', row }] });
    // The worker completes the message before the second call writes.
    const commit = async (unit: Commit) => {
      await ledger.commit(unit);
      const sent = unit.changes.flatMap((change) =>
        change.kind === 'create' ? [{ kind: 'remove' as const, row: change.row }] : [],
      );
      await ledger.commit({ teamId: quiet, at, changes: sent });
    };
    const resend = resendParked({
      commit,
      now: () => at,
      parkedById: async () => row as never,
      entryAt: async () => null,
    });

    await resend(bad.id);

    await expect(resend(bad.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is not found twice', async () => {
    const { deps } = aScene([]);

    await expect(
      resendParked({ ...deps, parkedById: async () => null, entryAt: async () => null })('x'),
    ).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

it('does not park a message that its worker finished in the meantime', async () => {
  const ledger = aLedger({});
  const scene = aScene([message(quiet, restart, { attempts: 1440 })]);

  await drainOutbox({ ...scene.deps, commit: ledger.commit })();

  expect(ledger.all('MESSAGE#')).toEqual([]);
});
