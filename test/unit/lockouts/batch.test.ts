/** One batch of databases in a phase of a lockout. */
import { describe, expect, it } from '@jest/globals';
import { driveBatch } from '#lib/lockouts/batch.ts';
import type { Database } from '#lib/model/database.ts';
import type { Fleet, Outcome } from '#lib/model/fleet.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { Phase } from '#lib/model/lockout-phases.ts';
import '#test/support/matchers.ts';
import { aDatabase, aKey, aLockout, anId, anUnusableKey, at, databases, teamId } from '#test/support/build.ts';
import { aLedger, type Ledger } from '#test/support/ledger.ts';

const input = { teamId, keyId: aKey().id, lockoutId: aLockout().id, run: 1, batch: { after: null, upTo: null } };
const done = (serverId: string): Outcome => ({ serverId, state: 'done' });
type Verb = 'stopServices' | 'stopServers' | 'startServers' | 'startServices';

/** Answers each operation by `outcomeOf`, and records its arguments. */
function aFleet(outcomeOf: (serverId: string) => Outcome = done) {
  const calls: [Verb, readonly string[]][] = [];
  const verb = (name: Verb) => async (ids: readonly string[]) => {
    calls.push([name, ids]);
    return ids.map(outcomeOf);
  };
  const others = { launch: async () => [], describe: async () => [], terminate: async () => [] };
  const fleet: Pick<Fleet, Verb | 'launch' | 'describe' | 'terminate'> = {
    ...others,
    stopServices: verb('stopServices'),
    stopServers: verb('stopServers'),
    startServers: verb('startServers'),
    startServices: verb('startServices'),
  };
  return { calls, fleet: async () => fleet as Fleet };
}

const stateIn: { readonly [P in Phase]: Lockout['state'] } = {
  'stop-services': 'stopping_services',
  'stop-servers': 'stopping_servers',
  'start-servers': 'starting_servers',
  'start-services': 'starting_services',
};

function scene(rows: readonly Database[], outcomeOf?: (serverId: string) => Outcome) {
  const ledger = aLedger({ keys: [anUnusableKey({ lockoutId: aLockout().id })], databases: rows });
  const { calls, fleet } = aFleet(outcomeOf);
  const drive = (phase: Phase, lockout = aLockout({ state: stateIn[phase] })) =>
    driveBatch({ ...ledger, lockoutById: async () => lockout, fleet, now: () => at }, phase)(input);
  return { ledger, calls, drive };
}

const rowsOf = (ledger: Ledger) => ledger.all<Database>('DB#').sort((a, b) => (a.id < b.id ? -1 : 1));
const ending =
  (serverId: string, outcome: (serverId: string) => Outcome) =>
  (each: string): Outcome =>
    each === serverId ? outcome(each) : done(each);
const failed =
  (reason: Extract<Outcome, { state: 'failed' }>['reason']) =>
  (serverId: string): Outcome => ({ serverId, state: 'failed', reason, detail: `It failed: ${reason}.` });

describe('the way down and up', () => {
  const phases: [Phase, Partial<Database>, Partial<Database>, string][] = [
    [
      'stop-services',
      { status: 'available' },
      { status: 'stopping', service: 'stopped', server: 'running' },
      'ServicesStopped',
    ],
    [
      'stop-servers',
      { status: 'stopping', service: 'stopped' },
      { status: 'stopped', server: 'stopped' },
      'ServersStopped',
    ],
    [
      'start-servers',
      { status: 'stopped' },
      { status: 'starting', server: 'running', service: 'stopped' },
      'ServersStarted',
    ],
    [
      'start-services',
      { status: 'starting', service: 'stopped' },
      { status: 'available', service: 'running' },
      'ServicesStarted',
    ],
  ];
  it.each(phases)('%s takes a database that is %j to %j', async (phase, ...[before, after, entry]) => {
    const { ledger, drive } = scene(databases(3, before));
    expect(await drive(phase)).toEqual({ done: 3 });
    for (const row of rowsOf(ledger)) expect(row).toMatchObject({ ...after, failure: null });
    expect(ledger.entries()).toMatchObject([
      { type: entry, subject: { databaseIds: databases(3).map(({ id }) => id) }, data: { count: 3 } },
    ]);
  });

  it.each(phases)('%s, run twice, finds its work done', async (phase, ...[before]) => {
    const { ledger, calls, drive } = scene(databases(2, before));
    await drive(phase);
    const commits = ledger.commits.length;
    expect(await drive(phase)).toEqual({ done: 0 });
    expect(ledger.commits).toHaveLength(commits);
    expect(calls).toHaveLength(1);
  });

  it('marks its databases before it calls the fleet', async () => {
    const seen: string[] = [];
    const { ledger, drive } = scene([aDatabase()], (serverId) => {
      seen.push(rowsOf(ledger)[0]?.status ?? '');
      return done(serverId);
    });
    await drive('stop-services');
    expect(seen).toEqual(['stopping']);
  });

  it('calls the fleet for at most 50 at once', async () => {
    const { calls, drive } = scene(databases(120));
    expect(await drive('stop-services')).toEqual({ done: 120 });
    expect(calls.map(([, ids]) => ids.length)).toEqual([50, 50, 20]);
  });

  it('ignores databases that are failed or being created', async () => {
    const rows = (['failed', 'creating'] as const).map((status, index) =>
      aDatabase({ id: anId('db', index + 1), name: `db-${status}`, status, server: 'running', service: 'running' }),
    );
    const { ledger, calls, drive } = scene(rows);
    for (const phase of ['stop-services', 'stop-servers', 'start-servers', 'start-services'] as const)
      await drive(phase);
    expect(calls).toEqual([]);
    expect(ledger.commits).toEqual([]);
  });
});

describe('an execution that continues beside a newer one', () => {
  const rows = databases(2, { status: 'available' });
  it.each<[string, Phase, Partial<Lockout>]>([
    ['a newer run stops them', 'stop-services', { state: 'stopping_services', run: 2 }],
    ['the lockout turned back', 'stop-services', { state: 'starting_servers' }],
    ['all of it is restored', 'stop-services', { state: 'restored' }],
    ['the lockout is complete', 'start-servers', { state: 'stopped' }],
    ['it stops again', 'start-services', { state: 'stopping_services' }],
  ])('touches nothing any more: %s', async (_, phase, changes) => {
    const { ledger, calls, drive } = scene(rows);
    expect(await drive(phase, aLockout(changes))).toEqual({ done: 0 });
    expect([calls, ledger.commits]).toEqual([[], []]);
  });
});

it('has a server started by the next execution that is found stopped when its service is to start', async () => {
  const { ledger, calls, drive } = scene(
    databases(1, { status: 'starting', service: 'stopped' }),
    failed('server_stopped'),
  );
  for (const phase of ['start-services', 'start-servers'] as const)
    await expect(drive(phase)).rejects.toThrow(`not through ${phase}`);
  expect(rowsOf(ledger)).toMatchObject([
    { status: 'starting', server: 'stopped', failure: { reason: 'server_stopped' } },
  ]);
  expect(calls.map(([verb]) => verb)).toEqual(['startServices', 'startServers']);
});

describe('a database whose destruction is held up', () => {
  const going = aDatabase({ status: 'destroying', server: 'running', service: 'running' });

  it('goes down and up with the others, and stays one that is to be destroyed', async () => {
    const { ledger, calls, drive } = scene([going]);
    await drive('stop-services');
    await drive('stop-servers');
    expect(rowsOf(ledger)).toMatchObject([{ status: 'destroying', server: 'stopped', service: 'stopped' }]);
    await drive('start-servers');
    await drive('start-services');
    expect(rowsOf(ledger)).toMatchObject([{ status: 'destroying', server: 'running', service: 'running' }]);
    expect(calls.map(([verb]) => verb)).toEqual(['stopServices', 'stopServers', 'startServers', 'startServices']);
  });

  it('is through when its server is gone already', async () => {
    const { ledger, drive } = scene([going], failed('not_found'));
    await drive('stop-services');
    await drive('stop-servers');
    expect(rowsOf(ledger)).toMatchObject([
      { status: 'destroying', server: 'stopped', service: 'stopped', failure: null },
    ]);
  });
});

describe('the way back down from a start that was cut short', () => {
  it.each<[string, Partial<Database>]>([
    ['the key was off again before its server started', { server: 'stopped', service: 'stopped' }],
    ['its server started, and its service did not', { server: 'running', service: 'stopped' }],
  ])('requests both stops of a database that is starting, whatever its row says: %s', async (_, row) => {
    const { ledger, calls, drive } = scene([aDatabase({ status: 'starting', ...row })]);
    await drive('stop-services');
    await drive('stop-servers');
    expect(calls.map(([verb]) => verb)).toEqual(['stopServices', 'stopServers']);
    expect(rowsOf(ledger)).toMatchObject([{ status: 'stopped', server: 'stopped', service: 'stopped', failure: null }]);
  });
});

describe('a pending batch', () => {
  const second = anId('srv', 2);

  it('is Transient, and the others of the batch are through', async () => {
    const { ledger, drive } = scene(
      databases(3),
      ending(second, (serverId) => ({ serverId, state: 'pending' })),
    );
    await expect(drive('stop-services')).rejects.toMatchObject({
      name: 'Transient',
      message: expect.stringContaining('1 of 3'),
    });
    expect(rowsOf(ledger).map(({ service }) => service)).toEqual(['stopped', 'running', 'stopped']);
  });

  it('is Transient too when the fleet does not mention a server', async () => {
    const { drive } = scene(databases(1), () => done('srv_of_somebody_else'));
    await expect(drive('stop-services')).rejects.toMatchObject({ name: 'Transient' });
  });

  it('keeps a service up that could not save, says why, and tries it again', async () => {
    const { ledger, calls, drive } = scene(databases(2), ending(second, failed('save_failed')));
    await expect(drive('stop-services')).rejects.toMatchObject({ name: 'Transient' });
    expect(rowsOf(ledger)[1]).toMatchObject({
      status: 'stopping',
      service: 'running',
      failure: { reason: 'save_failed', detail: 'It failed: save_failed.', at: at.toISOString() },
    });
    await expect(drive('stop-services')).rejects.toMatchObject({ name: 'Transient' });
    expect(calls.map(([, ids]) => ids)).toEqual([[anId('srv', 1), second], [second]]);
  });

  it('never stops a server under a service that still runs', async () => {
    const { calls, drive } = scene([aDatabase({ status: 'stopping', service: 'running' })]);
    await drive('stop-servers');
    expect(calls).toEqual([]);
  });

  it('is retried after a concurrent change of a database', async () => {
    const { ledger, drive } = scene([aDatabase()], (serverId) => {
      ledger.touch('DB#');
      return done(serverId);
    });
    await expect(drive('stop-services')).rejects.toMatchObject({ name: 'Transient' });
  });
});

describe('what no repetition helps', () => {
  it('ends the batch when the key is off again, with the reason on the database', async () => {
    const { ledger, drive } = scene(databases(1, { status: 'stopped' }), failed('key_unusable'));
    expect(await drive('start-servers')).toEqual({ done: 0 });
    expect(rowsOf(ledger)[0]).toMatchObject({
      status: 'starting',
      server: 'stopped',
      failure: { reason: 'key_unusable' },
    });
  });

  it.each(['volume_damaged', 'not_found'] as const)(
    'gives a database up as failed on %s, and goes on with the rest',
    async (reason) => {
      const { ledger, drive } = scene(databases(2, { status: 'stopped' }), ending(anId('srv', 1), failed(reason)));
      expect(await drive('start-servers')).toEqual({ done: 1 });
      expect(rowsOf(ledger)).toMatchObject([
        { status: 'failed', failure: { reason } },
        { status: 'starting', server: 'running' },
      ]);
    },
  );

  it('reports a database that is given up, in the timeline and by a separate mail', async () => {
    const [lost] = databases(2, { status: 'stopped' });
    const { ledger, drive } = scene(
      databases(2, { status: 'stopped' }),
      ending(anId('srv', 1), failed('volume_damaged')),
    );
    await drive('start-servers');

    const subject = { databaseId: lost?.id, lockoutId: aLockout().id };
    const data = { name: lost?.name, reason: 'volume_damaged', detail: 'It failed: volume_damaged.' };
    expect(ledger.entries().filter(({ type }) => type === 'DatabaseFailed')).toMatchObject([{ subject, data }]);
    expect(ledger.effects()).toMatchObject([{ kind: 'notice', notice: { fact: 'attention_needed', about: lost?.id } }]);
  });

  it('clears the failure once the database is through', async () => {
    const failure = { reason: 'save_failed', detail: 'No space', at: at.toISOString() };
    const { ledger, drive } = scene([aDatabase({ status: 'stopping', failure })]);
    await drive('stop-services');
    expect(rowsOf(ledger)[0]?.failure).toBeNull();
  });

  it('stops permanently when the key is gone', async () => {
    const lockout = aLockout({ state: 'stopping_services' });
    const drive = driveBatch({ ...aLedger({ lockouts: [lockout] }), ...aFleet(), now: () => at }, 'stop-services');
    await expect(drive(input)).rejects.toBeProblem('not_found');
  });
});
