/** Creating a database: its records, its password, and requests that are refused. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createDatabase, type DatabaseRequest } from '#lib/databases/create.ts';
import type { Database } from '#lib/model/database.ts';
import type { Key } from '#lib/model/key.ts';
import { notFound, Problem } from '#lib/model/problem.ts';
import '#test/support/matchers.ts';
import {
  aDatabase,
  aKey,
  aLockout,
  anApp,
  anUnusableKey,
  at,
  countingIds,
  keyArn,
  teamId,
  tokenActor,
} from '#test/support/build.ts';
import { aLedger, type Nouns } from '#test/support/ledger.ts';

const outside = { space: null, tier: 'common' as const };

function scene({ key = aKey({ databases: 0 }), apps = [anApp()], ...nouns }: Nouns & { key?: Key } = {}) {
  const ledger = aLedger({ keys: [key], apps, ...nouns });
  const sealed: { keyArn: string; password: string; context: object }[] = [];
  const registered: string[] = [];
  const create = createDatabase({
    ...ledger,
    now: () => at,
    newId: countingIds(),
    findLeader: async () => Promise.reject(notFound('database', 'leader')),
    restorable: async () => Promise.reject(notFound('backup', 'backup')),
    registerKey: async ({ arn }) => {
      registered.push(arn);
      return { key };
    },
    encrypt: async (arn, secret, context) => {
      sealed.push({ keyArn: arn, password: secret.reveal(), context });
      return 'c2VhbGVk';
    },
    platformKeyArn: () => 'arn:platform',
  });
  const ask = (changes: Partial<DatabaseRequest> = {}) =>
    create({ teamId, actor: tokenActor, name: 'sessions', plan: 'private-7', app: 'your-app-name', ...changes });
  return { ledger, sealed, registered, ask };
}

describe('creating a database', () => {
  it('records it as being created, counts it on its key, and starts its provisioning once', async () => {
    const { ledger, ask } = scene();
    const database = await ask({ encryptionKey: keyArn });

    expect(database).toMatchObject({
      status: 'creating',
      server: 'stopped',
      service: 'stopped',
      endpoint: null,
      keyArn,
      attachments: [],
    });
    expect(ledger.all<Key>('KEY#')).toMatchObject([{ databases: 1 }]);
    expect(ledger.entries()).toMatchObject([
      { type: 'DatabaseCreating', data: { name: 'sessions', plan: 'private-7' } },
    ]);
    expect(ledger.effects()).toEqual([
      {
        kind: 'workflow',
        machine: 'provision-database',
        name: database.id,
        input: { teamId, databaseId: database.id },
      },
    ]);
  });

  it('seals a new password under the customer’s key for this database only, and keeps its hash', async () => {
    const { ledger, sealed, ask } = scene();
    const database = await ask({ encryptionKey: keyArn });
    const [{ password = '', ...rest } = {}] = sealed;

    expect(rest).toEqual({ keyArn, context: { 'latchkey:team': teamId, 'latchkey:database': database.id } });
    expect(password).toMatch(/^p[0-9a-f]{64}$/);
    expect(database.passwordSha256).toBe(createHash('sha256').update(password).digest('hex'));
    expect(JSON.stringify(ledger.commits)).not.toContain(password);
  });

  it('seals under the platform’s key without a customer key, and gives a name of its own', async () => {
    const { sealed, ask } = scene();

    expect(await ask({ name: undefined })).toMatchObject({
      keyId: null,
      keyArn: null,
      name: expect.stringMatching(/^redis-[a-z]+-\d{5}$/),
    });
    expect(sealed).toMatchObject([{ keyArn: 'arn:platform' }]);
  });
});

describe('refusals', () => {
  it.each<[string, Partial<DatabaseRequest>, Nouns, string, string]>([
    ['an unknown plan', { plan: 'private-8' }, {}, 'invalid_request', 'private-7'],
    ['an unknown app', { app: 'nobody' }, {}, 'not_found', 'nobody'],
    [
      'a common plan under a key',
      { plan: 'mini', encryptionKey: keyArn },
      { apps: [anApp(outside)] },
      'plan_unsupported',
      'private or shield',
    ],
    ['a private plan outside a space', {}, { apps: [anApp(outside)] }, 'plan_unsupported', 'private space'],
    ['a shield plan in a private space', { plan: 'shield-7' }, {}, 'plan_unsupported', 'shield space'],
    ['a name that is taken', {}, { databases: [aDatabase({ name: 'sessions' })] }, 'name_taken', 'another name'],
  ])('%s', async (...[, request, nouns, code, detail]) => {
    const { ledger, registered, ask } = scene(nouns);
    const error = await ask(request).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ name: 'Problem', code, message: expect.stringContaining(detail) });
    expect(ledger.commits).toEqual([]);
    expect(registered).toEqual([]);
  });

  it('a key that is unusable or locked out', async () => {
    for (const key of [anUnusableKey(), aKey({ lockoutId: aLockout().id })]) {
      const { ledger, sealed, ask } = scene({ key });
      await expect(ask({ encryptionKey: keyArn })).rejects.toBeProblem('key_unusable');
      expect([ledger.commits, sealed]).toEqual([[], []]);
    }
  });

  it('a key without a response of KMS is not called unusable: try again', async () => {
    const { ledger, ask } = scene({ key: aKey({ status: 'unknown' }) });
    await expect(ask({ encryptionKey: keyArn })).rejects.toBeProblem('unavailable');
    expect(ledger.commits).toEqual([]);
  });

  it('a name that another request takes at the same moment', async () => {
    const { ledger, ask } = scene();
    await ask();
    await expect(scene({ databases: ledger.all<Database>('DB#') }).ask()).rejects.toBeProblem('name_taken');
  });

  it('a key that is forgotten at the same moment: nothing is written', async () => {
    const { ledger, ask } = scene({ keys: [] });
    const gone = createGone(ledger);
    await gone();

    const error = await ask({ encryptionKey: keyArn }).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(Problem);
    expect(ledger.all('DB#')).toEqual([]);
  });
});

/** Removes all keys, as forgetting them would. */
const createGone = (ledger: ReturnType<typeof aLedger>) => () =>
  ledger.commit({
    teamId,
    at,
    changes: ledger.all<{ pk: string; sk: string }>('KEY#').map(({ pk, sk }) => ({ kind: 'remove', row: { pk, sk } })),
    entries: [],
  });
