/** The steps of provisioning a database: idempotent, and stopped by a lockout or a permanent error. */
import { describe, expect, it } from '@jest/globals';
import { attachToApp, createGrant, launchServer, startService } from '#lib/databases/provision.ts';
import { forgetDatabase, markFailed, retireGrant, terminateServer } from '#lib/databases/remove.ts';
import type { App } from '#lib/model/app.ts';
import type { Database } from '#lib/model/database.ts';
import type { Fleet, Outcome } from '#lib/model/fleet.ts';
import type { Key } from '#lib/model/key.ts';
import { assertDone } from '#lib/model/outcome.ts';
import '#test/support/matchers.ts';
import { aDatabase, aKey, aLockout, anApp, anUnusableKey, at, keyArn, teamId } from '#test/support/build.ts';
import { aLedger, type Nouns } from '#test/support/ledger.ts';

const creating = (changes: Partial<Database> = {}) =>
  aDatabase({ status: 'creating', endpoint: null, grantId: null, attachments: [], ...changes });
const ref = { teamId, databaseId: aDatabase().id };
const endpoint = { host: '127.0.0.1', port: 22_000, tlsPort: 22_001 };

function scene(
  database: Database,
  {
    outcome = { state: 'done' } as object,
    made = null as string | null,
    ...nouns
  }: Nouns & { outcome?: object; made?: string | null } = {},
) {
  const ledger = aLedger({ keys: [aKey()], apps: [anApp()], databases: [database], ...nouns });
  const calls: string[] = [];
  const verb = (name: string) => async (servers: readonly (string | { serverId: string })[]) => {
    calls.push(name);
    return servers.map(
      (each) => ({ serverId: typeof each === 'string' ? each : each.serverId, ...outcome }) as Outcome,
    );
  };
  const fleet = {
    launch: verb('launch'),
    startServices: verb('startServices'),
    terminate: verb('terminate'),
    describe: async ([serverId = '']: readonly string[]) => [
      { serverId, server: 'running', service: 'stopped', endpoint },
    ],
  };
  const grants = {
    createGrant: async () => {
      calls.push('createGrant');
      return 'grant-9';
    },
    findGrant: async () => made,
    retireGrant: async () => {
      calls.push('retireGrant');
      return true;
    },
  };
  const deps = {
    ...ledger,
    ...grants,
    now: () => at,
    fleet: async () => fleet as unknown as Fleet,
    platformKeyArn: () => 'arn:platform',
    serviceGrants: () => false,
    certifyServer: async () => void calls.push('certifyServer'),
  };
  return { ledger, calls, deps, row: () => ledger.all<Database>('DB#')[0] };
}

describe('each step of provisioning', () => {
  it('does its part, and nothing more when it runs again', async () => {
    const { ledger, calls, deps, row } = scene(creating());

    for (const step of [createGrant(deps), launchServer(deps), startService(deps), attachToApp(deps)]) {
      await step(ref);
      const commits = ledger.commits.length;
      await step(ref);
      expect(ledger.commits).toHaveLength(commits);
    }
    expect(calls).toEqual(['createGrant', 'launch', 'certifyServer', 'startServices']);
    expect(row()).toMatchObject({
      status: 'available',
      grantId: 'grant-9',
      server: 'running',
      service: 'running',
      endpoint,
    });
    expect(ledger.entries().map(({ type }) => type)).toEqual(['GrantCreated', 'DatabaseCreated']);
    expect(ledger.all<App>('APP#')).toMatchObject([
      { release: 2, attachments: [{ name: 'REDIS', databaseId: ref.databaseId }] },
    ]);
    expect(ledger.all(`RELEASE#${anApp().id}`)).toHaveLength(1);
  });

  it('creates no grant under the platform’s own key', async () => {
    const { ledger, calls, deps } = scene(creating({ keyArn: null, keyId: null }));
    await createGrant(deps)(ref);
    expect([calls, ledger.commits]).toEqual([[], []]);
  });

  it('does not attach a database whose key was locked out meanwhile, and does in the waiting period', async () => {
    for (const [state, code] of [
      ['stopping_services', 'key_unusable'],
      ['waiting', null],
    ] as const) {
      const lockout = aLockout({ state });
      const { deps } = scene(creating({ server: 'running', service: 'running' }), {
        keys: [anUnusableKey({ lockoutId: lockout.id })],
        lockouts: [lockout],
      });
      const attaching = attachToApp(deps)(ref);
      if (code) await expect(attaching).rejects.toBeProblem(code);
      else await expect(attaching).resolves.toBeUndefined();
    }
  });

  it('does not attach a database when a lockout comes in between, however fast it is through', async () => {
    const lockout = aLockout({ state: 'stopped' });

    for (const before of [aKey(), aKey({ lockoutId: aLockout().id })]) {
      const { ledger, deps, row } = scene(creating({ server: 'running', service: 'running' }), {
        keys: [anUnusableKey({ lockoutId: lockout.id })],
        lockouts: [lockout],
      });
      const late = [before];
      const waiting = [aLockout({ state: 'waiting' })];
      const attaching = attachToApp({
        ...deps,
        keyById: async (team, id) => late.pop() ?? ledger.keyById(team, id),
        lockoutById: async (team, id) => waiting.pop() ?? ledger.lockoutById(team, id),
      })(ref);
      await expect(attaching).rejects.toBeProblem('key_unusable');
      expect(row()?.status).toBe('creating');
    }
  });

  it('stops permanently when the app is gone', async () => {
    await expect(attachToApp(scene(creating(), { apps: [] }).deps)(ref)).rejects.toBeProblem('not_found');
  });
});

describe('what the fleet returns', () => {
  const outcome = (rest: object) => [{ serverId: 'srv_1', ...rest } as Outcome];

  it('is waited for while it may pass', () => {
    expect(() => assertDone(outcome({ state: 'pending' }))).toThrow(expect.objectContaining({ name: 'Transient' }));
    expect(() => assertDone(outcome({ state: 'failed', reason: 'unavailable', detail: 'Busy' }))).toThrow(
      expect.objectContaining({ name: 'Transient' }),
    );
    expect(() => assertDone(outcome({ state: 'done' }))).not.toThrow();
  });

  it('ends the provisioning with its reason otherwise', () => {
    expect(() => assertDone(outcome({ state: 'failed', reason: 'key_unusable', detail: 'Off' }))).toThrow(
      expect.objectContaining({ code: 'key_unusable' }),
    );
    expect(() => assertDone(outcome({ state: 'failed', reason: 'start_failed', detail: 'No' }))).toThrow(
      expect.objectContaining({ code: 'internal', extra: { reason: 'start_failed' } }),
    );
  });
});

describe('the way back', () => {
  it('removes server and grant, and says why, each step harmless when it runs again', async () => {
    const { ledger, deps, row } = scene(creating({ grantId: 'grant-9', server: 'running', endpoint }));
    const error = {
      Error: 'Problem',
      Cause: JSON.stringify({ errorMessage: 'The key is off.', errorType: 'Problem' }),
    };

    for (const step of [terminateServer(deps), retireGrant(deps), () => markFailed(deps)({ ...ref, error })]) {
      await step(ref);
      await step(ref);
    }

    expect(row()).toMatchObject({
      status: 'failed',
      server: 'stopped',
      grantId: null,
      endpoint: null,
      failure: { reason: 'Problem', detail: 'The key is off.', at: at.toISOString() },
    });
    expect(ledger.entries().map(({ type }) => type)).toEqual(['GrantRetired', 'DatabaseFailed']);
  });

  it.each([
    ['{"errorMessage":"It broke."}', 'It broke.'],
    ['It broke.', 'It broke.'],
    ['{"other":1}', '{"other":1}'],
    [undefined, 'It gave no reason.'],
    ['', 'It gave no reason.'],
    ['{"errorMessage":""}', 'It gave no reason.'],
  ])('reads the cause %j as %j', async (Cause, detail) => {
    const { deps, row } = scene(creating());
    await markFailed(deps)({ ...ref, error: { Error: 'Problem', Cause } });
    expect(row()?.failure?.detail).toBe(detail);
  });

  it('ends, for a destroyed database, with its name free and its key counting one less', async () => {
    const { ledger, deps } = scene(aDatabase({ status: 'destroying' }));
    await forgetDatabase(deps)(ref);

    await forgetDatabase(deps)(ref);

    expect([ledger.all('DB#'), ledger.all('DBNAME#')]).toEqual([[], []]);
    expect(ledger.all<Key>('KEY#')).toMatchObject([{ databases: 0 }]);
    expect(ledger.entries().map(({ type }) => type)).toEqual(['DatabaseDestroyed']);
  });

  it('leaves a database alone that is attached by now: only the last step’s answer was lost', async () => {
    const { ledger, calls, deps, row } = scene(aDatabase());
    const error = { Error: 'Runtime.ExitError' };

    for (const step of [terminateServer(deps), retireGrant(deps), () => markFailed(deps)({ ...ref, error })])
      await step(ref);

    expect([calls, ledger.commits]).toEqual([[], []]);
    expect(row()).toMatchObject({ status: 'available', grantId: 'grant-1' });
  });

  it('retires a grant that was made though its id was never recorded', async () => {
    const { ledger, calls, deps } = scene(creating(), { made: 'grant-7' });
    await retireGrant(deps)(ref);

    expect(calls).toEqual(['retireGrant']);
    expect(ledger.entries()).toMatchObject([{ type: 'GrantRetired', data: { grantId: 'grant-7' } }]);
  });

  it('retires no grant where an AWS service creates them, and does not look for one', async () => {
    const { ledger, calls, deps } = scene(creating(), { made: 'grant-7' });
    await retireGrant({ ...deps, serviceGrants: () => true, findGrant: () => Promise.reject(new Error('denied')) })(
      ref,
    );

    expect([calls, ledger.commits]).toEqual([[], []]);
  });

  it('has nothing to do for a database that no longer exists, whatever is tried again', async () => {
    const { calls, deps, ledger } = scene(aDatabase({ id: 'db_another' }));

    for (const step of [
      terminateServer(deps),
      retireGrant(deps),
      () => markFailed(deps)({ ...ref, error: { Error: 'Problem' } }),
    ])
      await expect(step(ref)).resolves.toBeUndefined();
    expect([calls, ledger.commits]).toEqual([[], []]);
  });

  it('retires the grant on the key that it was made on', async () => {
    const { ledger, deps } = scene(aDatabase({ status: 'destroying' }));
    await retireGrant(deps)(ref);
    expect(ledger.entries()).toMatchObject([{ data: { arn: keyArn, grantId: 'grant-1', retired: true } }]);
  });
});
