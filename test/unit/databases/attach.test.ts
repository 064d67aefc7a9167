/** Attaching databases to apps and detaching them, with their config var names. */
import { describe, expect, it } from '@jest/globals';
import { attachDatabase, detachDatabase } from '#lib/databases/attach.ts';
import type { Database } from '#lib/model/database.ts';
import { aDatabase, aKey, aLockout, anApp, anId, at, teamId, tokenActor } from '#test/support/build.ts';
import { aLedger, type Nouns } from '#test/support/ledger.ts';

const orders = aDatabase({ name: 'orders' });
const carts = aDatabase({ id: anId('db', 2), name: 'carts', attachments: [] });
const shop = anApp({ attachments: [{ name: 'REDIS', databaseId: orders.id }] });
const other = anApp({ id: anId('app', 2), name: 'example-app' });

function scene(nouns: Nouns = {}) {
  const ledger = aLedger({ keys: [aKey()], databases: [orders, carts], apps: [shop, other], ...nouns });
  const deps = { ...ledger, now: () => at };
  const base = { teamId, actor: tokenActor };
  return {
    ledger,
    attach: (database: string, app: string, more = {}) => attachDatabase(deps)({ ...base, database, app, ...more }),
    detach: (app: string, name: string) => detachDatabase(deps)({ ...base, app, name }),
    namesOf: async (name: string) => (await ledger.findDatabase(teamId, name))?.attachments.map((each) => each.name),
  };
}

describe('attaching', () => {
  it('gives the first free name, in a release with a restart', async () => {
    const { ledger, attach } = scene();
    const { attachment } = await attach('carts', 'your-app-name');

    expect(attachment.name).toBe('REDIS_CYAN');
    expect((await ledger.findApp(teamId, 'your-app-name'))?.release).toBe(2);
    expect(ledger.entries().map(({ type }) => type)).toEqual(['DatabaseAttached']);
    expect(ledger.effects()).toMatchObject([{ kind: 'restart', restart: { release: 2 } }]);
  });

  it('leaves a database that the app has already as it is', async () => {
    const { ledger, attach } = scene();
    expect((await attach('orders', 'your-app-name')).attachment.name).toBe('REDIS');
    expect(ledger.commits).toEqual([]);
  });

  it('requires a confirmation to take a name over, and then renames the other attachment', async () => {
    const { attach, namesOf } = scene();
    await expect(attach('carts', 'your-app-name', { name: 'REDIS' })).rejects.toMatchObject({
      code: 'confirmation_required',
    });
    await expect(attach('carts', 'your-app-name', { name: 'REDIS', confirm: 'example-app' })).rejects.toMatchObject({
      code: 'confirmation_required',
    });

    await attach('carts', 'your-app-name', { name: 'REDIS', confirm: 'your-app-name' });
    expect([await namesOf('carts'), await namesOf('orders')]).toEqual([['REDIS'], ['REDIS_CYAN']]);
  });

  it('adds no further name when two databases take the primary name in turn', async () => {
    const { attach, namesOf } = scene();
    const confirm = 'your-app-name';
    await attach('carts', confirm, { name: 'REDIS_CYAN' });

    for (const taker of ['carts', 'orders', 'carts', 'orders'])
      await attach(taker, confirm, { name: 'REDIS', confirm });

    expect([await namesOf('carts'), await namesOf('orders')]).toEqual([['REDIS_CYAN'], ['REDIS_AMBER', 'REDIS']]);
  });

  it.each<[string, { nouns?: Nouns; more?: Record<string, string> }, string]>([
    ['lower case', { more: { name: 'cache' } }, 'invalid_request'],
    [
      'a config var of its own',
      { nouns: { apps: [anApp({ configVars: { CACHE_URL: 'x' } }), other] }, more: { name: 'CACHE' } },
      'name_taken',
    ],
    [
      'a locked-out key',
      { nouns: { keys: [aKey({ lockoutId: anId('lk', 1) })], lockouts: [aLockout()] } },
      'key_unusable',
    ],
    ['an app of another tier', { nouns: { apps: [anApp({ tier: 'common', space: null })] } }, 'plan_unsupported'],
    ['a promotion', { nouns: { databases: [orders, { ...carts, handoverTo: orders.id }] } }, 'wrong_state'],
    ['an unknown app', { nouns: { apps: [] } }, 'not_found'],
  ])('is refused for %s', async (_, { nouns, more }, code) => {
    const { ledger, attach } = scene(nouns);
    await expect(attach('carts', 'your-app-name', more)).rejects.toMatchObject({ code });
    expect(ledger.commits).toEqual([]);
  });
});

describe('detaching', () => {
  it('takes the name away and leaves the database', async () => {
    const { ledger, detach } = scene();
    await detach('your-app-name', 'REDIS');

    const [saved] = ledger.all<Database>('DB#');
    expect([saved?.name, saved?.status, saved?.attachments]).toEqual(['orders', 'available', []]);
    expect((await ledger.findApp(teamId, 'your-app-name'))?.attachments).toEqual([]);
    expect(ledger.entries().map(({ type }) => type)).toEqual(['DatabaseDetached']);
  });

  it('gives a database whose own app is gone to the last app that used it', async () => {
    const left = aDatabase({
      name: 'left',
      appId: anId('app', 9),
      appName: 'gone',
      attachments: [{ appId: other.id, name: 'REDIS' }],
    });
    const apps = [anApp({ ...other, attachments: [{ name: 'REDIS', databaseId: left.id }] })];
    const { ledger, detach } = scene({ databases: [left], apps });

    await detach('example-app', 'REDIS');

    expect(ledger.all<Database>('DB#')).toMatchObject([{ appId: other.id, appName: 'example-app', attachments: [] }]);
  });

  it('does not find unknown resources', async () => {
    await expect(scene().detach('your-app-name', 'CACHE')).rejects.toMatchObject({ code: 'not_found' });
  });
});
