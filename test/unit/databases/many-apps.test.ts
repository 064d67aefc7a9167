/** Operations on a database with many apps, in several transactions that can be resumed. */
import { describe, expect, it } from '@jest/globals';
import { attachDatabase } from '#lib/databases/attach.ts';
import { maxAttachments } from '#lib/databases/placing.ts';
import { destroyDatabase, terminateServer } from '#lib/databases/remove.ts';
import { applyRotation } from '#lib/databases/rotate.ts';
import type { App, Release } from '#lib/model/app.ts';
import type { Database } from '#lib/model/database.ts';
import type { Fleet } from '#lib/model/fleet.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import '#test/support/matchers.ts';
import { aDatabase, anApp, anId, at, teamId, tokenActor } from '#test/support/build.ts';
import { aLedger } from '#test/support/ledger.ts';

const databaseId = aDatabase().id;
const appsOf = (count: number, changes: Partial<App> = {}): App[] =>
  Array.from({ length: count }, (_, n) =>
    anApp({
      id: anId('app', n + 1),
      name: `app-${n + 1}`,
      release: 4,
      attachments: [{ name: 'REDIS', databaseId }],
      ...changes,
    }),
  );

/**
 * A database on this many apps. The ledger refuses what DynamoDB would refuse; `failAt` is the commit at which the
 * process dies.
 */
function on(apps: readonly App[], changes: Partial<Database> = {}) {
  const attachments = apps.map(({ id }) => ({ appId: id, name: 'REDIS' }));
  const ledger = aLedger({ databases: [aDatabase({ attachments, ...changes })], apps });
  let dieAt = Number.POSITIVE_INFINITY;
  const record = async (unit: Commit) => {
    if (ledger.commits.length + 1 === dieAt) throw new Error('The process died');
    await ledger.commit(unit);
  };
  const fleet = async () =>
    ({
      setPassword: async (serverId: string) => ({ serverId, state: 'done' }),
      terminate: async (ids: readonly string[]) => ids.map((serverId) => ({ serverId, state: 'done' })),
    }) as unknown as Fleet;
  const deps = { ...ledger, record, fleet, now: () => at, platformKeyArn: () => 'arn:platform' };
  const dying = async (commit: number, work: () => Promise<unknown>) => {
    dieAt = commit;
    await work().catch((error: Error) => expect(error.message).toBe('The process died'));
    dieAt = Number.POSITIVE_INFINITY;
  };
  return { ledger, deps, dying };
}

const restarts = (ledger: ReturnType<typeof aLedger>) =>
  ledger
    .effects()
    .flatMap((effect) => (effect.kind === 'restart' ? [`${effect.restart.appId} ${effect.restart.release}`] : []));
const ofAll = (apps: readonly App[], release: number) => apps.map(({ id }) => `${id} ${release}`);

describe.each([1, 36, 100])('a database on %i apps', (count) => {
  const apps = appsOf(count);

  it('finishes a rotation: one release and one restart for each app, and one end', async () => {
    const { ledger, deps } = on(apps, { rotating: true });
    await applyRotation(deps)({ teamId, databaseId });

    expect(ledger.all<Database>('DB#')).toMatchObject([{ rotating: false, rotatedThrough: null }]);
    expect(restarts(ledger)).toEqual(ofAll(apps, 5));
    expect(ledger.all<Release>('RELEASE#')).toHaveLength(count);
    expect(ledger.entries().map(({ type }) => type)).toEqual(['CredentialsRotated']);
  });

  it('continues an interrupted rotation, without a second release for any app', async () => {
    for (const commit of [1, 2, 3]) {
      const { ledger, deps, dying } = on(apps, { rotating: true });
      await dying(commit, () => applyRotation(deps)({ teamId, databaseId }));
      await applyRotation(deps)({ teamId, databaseId });
      expect(restarts(ledger)).toEqual(ofAll(apps, 5));
      expect(ledger.all<Database>('DB#')).toMatchObject([{ rotating: false }]);
    }
  });

  it('is destroyed: each app loses it in a release of its own, and the work starts once', async () => {
    const { ledger, deps } = on(apps);
    const response = await destroyDatabase(deps)({
      teamId,
      database: databaseId,
      confirm: aDatabase().name,
      actor: tokenActor,
    });

    expect(response).toMatchObject({ status: 'destroying', attachments: [] });
    expect(ledger.all<Database>('DB#')).toMatchObject([{ status: 'destroying', attachments: [] }]);
    expect(ledger.all<App>('APP#').every(({ attachments }) => attachments.length === 0)).toBe(true);
    expect(restarts(ledger)).toEqual(ofAll(apps, 5));
    expect(ledger.effects().filter(({ kind }) => kind === 'workflow')).toHaveLength(1);
  });

  it('is detached by the workflow where the request died', async () => {
    const { ledger, deps, dying } = on(apps);
    await dying(2, () =>
      destroyDatabase(deps)({ teamId, database: databaseId, confirm: aDatabase().name, actor: tokenActor }),
    );

    await terminateServer(deps)({ teamId, databaseId });

    expect(ledger.all<Database>('DB#')).toMatchObject([{ attachments: [] }]);
    expect(restarts(ledger)).toEqual(ofAll(apps, 5));
  });
});

it('a database on 60 apps with 300 KB of config vars each finishes a rotation: bytes count too', async () => {
  const apps = appsOf(60, { configVars: { BIG: 'x'.repeat(300_000) } });
  const { ledger, deps } = on(apps, { rotating: true });

  await applyRotation(deps)({ teamId, databaseId });

  expect(restarts(ledger)).toEqual(ofAll(apps, 5));
});

describe('the most attachments', () => {
  const attaching = (app: App, database: Database) => {
    const ledger = aLedger({ databases: [database], apps: [app] });
    const deps = { ...ledger, keyById: async () => null, lockoutById: async () => null, now: () => at };
    return attachDatabase(deps as never)({ teamId, actor: tokenActor, database: database.id, app: app.id });
  };
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ name: `NAME_${n}`, databaseId: anId('db', 2), appId: anId('app', 2) }));

  it('are a hundred for a database, and for an app; the response says which and what to do', async () => {
    const full = await attaching(
      anApp(),
      aDatabase({ keyArn: null, keyId: null, attachments: many(maxAttachments) }),
    ).catch((error) => error);
    expect(full).toBeProblem('quota_exceeded');
    expect(full.message).toContain('has 100 attachments, the maximum. Detach apps');

    const fullApp = await attaching(
      anApp({ attachments: many(maxAttachments) }),
      aDatabase({ keyArn: null, keyId: null, attachments: [] }),
    ).catch((error) => error);
    expect(fullApp).toBeProblem('quota_exceeded');
    expect(fullApp.message).toContain('Detach databases');
  });
});
