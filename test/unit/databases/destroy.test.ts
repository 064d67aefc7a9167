/** Destroying a database, and its credentials. */
import { describe, expect, it } from '@jest/globals';
import { credentialsOf } from '#lib/databases/credentials.ts';
import { generatedName, namePattern } from '#lib/databases/names.ts';
import { destroyDatabase } from '#lib/databases/remove.ts';
import type { App } from '#lib/model/app.ts';
import type { Database } from '#lib/model/database.ts';
import { planNamed, plans } from '#lib/model/plans.ts';
import { Problem } from '#lib/model/problem.ts';
import { Secret } from '#lib/model/secret.ts';
import '#test/support/matchers.ts';
import { aDatabase, anApp, at, teamId, tokenActor } from '#test/support/build.ts';
import { aLedger } from '#test/support/ledger.ts';

const app = anApp({ attachments: [{ name: 'REDIS', databaseId: aDatabase().id }], release: 4 });
function destroying(database: Database) {
  const ledger = aLedger({ databases: [database], apps: [app] });
  const destroy = (confirm?: string) =>
    destroyDatabase({ ...ledger, now: () => at })({ teamId, database: database.name, actor: tokenActor, confirm });
  return { ledger, destroy };
}

describe('destroying a database', () => {
  it('that is attached wants its name, and only its own', async () => {
    for (const confirm of [undefined, '', 'another', app.name]) {
      const { ledger, destroy } = destroying(aDatabase());
      await expect(destroy(confirm)).rejects.toBeProblem('confirmation_required');
      expect(ledger.commits).toEqual([]);
    }
  });

  it('detaches it in a release of each app, and starts the work under a name of its own', async () => {
    const { ledger, destroy } = destroying(aDatabase({ version: 7 }));

    expect(await destroy(aDatabase().name)).toMatchObject({ status: 'destroying', attachments: [] });
    expect(ledger.all<App>('APP#')).toMatchObject([{ attachments: [], release: 5 }]);
    expect(ledger.effects()).toContainEqual({
      kind: 'workflow',
      machine: 'destroy-database',
      name: `${aDatabase().id}-7`,
      input: { teamId, databaseId: aDatabase().id },
    });
    expect(ledger).toHaveRecorded('DatabaseDestroying');
  });

  it('needs no name for an unattached database, and can be repeated', async () => {
    for (const status of ['failed', 'stopped', 'destroying'] as const) {
      const { ledger, destroy } = destroying(aDatabase({ status, attachments: [] }));
      await destroy();
      expect(ledger).toHaveRecorded('DatabaseDestroying');
    }
  });

  it('is refused while it is being created', async () => {
    await expect(destroying(aDatabase({ status: 'creating' })).destroy(aDatabase().name)).rejects.toBeProblem(
      'wrong_state',
    );
  });
});

describe('credentials', () => {
  const opening = (open: () => Promise<Secret>) =>
    credentialsOf({ decrypt: open, platformKeyArn: () => 'arn:platform' });

  it('are URLs that a client can parse', async () => {
    const { url, tlsUrl } = await opening(async () => new Secret('p123'))(aDatabase());

    expect([new URL(url).port, new URL(url).password, new URL(url).protocol]).toEqual(['22001', 'p123', 'rediss:']);
    expect([new URL(tlsUrl).port, new URL(tlsUrl).password, new URL(tlsUrl).protocol]).toEqual([
      '22001',
      'p123',
      'rediss:',
    ]);
  });

  it('are opened by KMS each time, so they are out of reach while the key is', async () => {
    const refused = () => Promise.reject(new Problem('key_unusable', 'Off'));
    await expect(opening(refused)(aDatabase({ status: 'stopped' }))).rejects.toBeProblem('key_unusable');
  });

  it('are not there before the database is', async () => {
    for (const changes of [{ status: 'creating' }, { status: 'failed' }, { endpoint: null }] as Partial<Database>[])
      await expect(opening(async () => new Secret('p123'))(aDatabase(changes))).rejects.toBeProblem('wrong_state');
  });
});

describe('plans', () => {
  it('have unique names, limits for data and clients, and the tier of their name', () => {
    expect(new Set(plans.map(({ name }) => name)).size).toBe(plans.length);
    for (const { name, tier, memoryMb, maxClients } of plans) {
      expect(memoryMb).toBeGreaterThan(0);
      expect(maxClients).toBeGreaterThan(0);
      expect(tier).toBe(/^(private|shield)-/.exec(name)?.[1] ?? 'common');
    }
  });

  it('grow with their number', () => {
    for (const family of ['premium', 'private', 'shield']) {
      const sizes = plans.filter(({ name }) => name.startsWith(family)).map(({ memoryMb }) => memoryMb);
      expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
      expect(sizes.length).toBeGreaterThan(3);
    }
  });

  it('are found by their whole name only', () => {
    expect(planNamed('private-7')?.tier).toBe('private');
    for (const name of ['private', 'private-8', 'PRIVATE-7', '', 'constructor'])
      expect(planNamed(name)).toBeUndefined();
  });
});

describe('names', () => {
  it('that are made up can be used', () => {
    for (let times = 0; times < 100; times++) expect(generatedName()).toMatch(namePattern);
  });

  it.each(['abc', 'a-1', 'redis-cubic-10482', 'x'.repeat(63)])('%s is one', (name) =>
    expect(name).toMatch(namePattern),
  );
  it.each(['', 'a', 'ab-', '-ab', '1ab', 'Abc', 'a_b', 'a b', 'x'.repeat(64), 'abc\n'])('%j is none', (name) =>
    expect(name).not.toMatch(namePattern),
  );
});
