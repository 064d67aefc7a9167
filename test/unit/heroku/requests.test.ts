/** Requests of the Heroku CLI, translated to operations. */
import { describe, expect, it } from '@jest/globals';
import { addonView } from '#lib/heroku/addon.ts';
import { databaseRequestFrom } from '#lib/heroku/addon-request.ts';
import { attachmentId, parseAttachmentId, parsePlan } from '#lib/heroku/ids.ts';
import { NewAddon } from '#lib/heroku/requests.ts';
import { type FindDeps, resolveAddon } from '#lib/heroku/resolve.ts';
import type { Database } from '#lib/model/database.ts';
import { aDatabase, aKey, aLockout, anApp, anId, keyArn, teamId } from '#test/support/build.ts';

const request = (body: object) =>
  databaseRequestFrom(NewAddon().parse({ plan: { name: 'heroku-redis:private-7' }, attachment: {}, ...body }), anApp());

describe('addons:create', () => {
  it('means a database on the app', () => {
    expect(request({})).toEqual({ app: anId('app', 1), plan: 'private-7' });
  });

  it('takes flags behind -- as config, and the names that were given', () => {
    const config = { 'encryption-key': keyArn, fork: 'redis://h:secret@127.0.0.1:16379' };

    expect(request({ config: { 'encryption-key': ` ${keyArn}\n`, fork: ` ${config.fork} ` } })).toMatchObject({
      fork: config.fork,
      encryptionKey: keyArn,
    });
    expect(request({ config, name: 'orders', attachment: { name: 'CACHE' }, confirm: 'your-app-name' })).toMatchObject({
      encryptionKey: keyArn,
      fork: config.fork,
      name: 'orders',
      attachAs: 'CACHE',
      confirm: 'your-app-name',
    });
  });

  it('means the default plan where only the service is named', () => {
    expect(request({ plan: { name: 'heroku-redis' } }).plan).toBe('private-7');
    expect(request({ plan: 'heroku-redis:mini' }).plan).toBe('mini');
  });

  it.each<[string, object, string]>([
    ['another spelling', { config: { encryption_key: keyArn } }, 'Did you mean --encryption-key?'],
    ['the CLI’s own twin of a flag', { config: { encryptionKey: keyArn } }, 'Did you mean --encryption-key?'],
    ['an unknown flag', { config: { follow: 'x' } }, 'Known are --encryption-key, --fork, --allow-plaintext.'],
    [
      'a flag without a value',
      { config: { 'encryption-key': true } },
      "--encryption-key needs a value: the key's full ARN.",
    ],
    ['an empty value', { config: { fork: '' } }, '--fork needs a value'],
    ['another service', { plan: { name: 'heroku-postgresql:mini' } }, 'only heroku-redis'],
    ['a name in capitals', { name: 'Orders' }, 'lower-case letters'],
  ])('is refused for %s', (_, body, reason) => {
    expect(() => request(body)).toThrow(reason);
  });

  it('never shows the password of a fork in a refusal', () => {
    expect(() =>
      request({ config: { fork: 'redis://h:secret@127.0.0.1:16379', follow: 'redis://h:secret@x:1' } }),
    ).toThrow(/^(?!.*secret)/);
  });
});

describe('ids', () => {
  it('of an attachment name its app and itself', () => {
    expect(parseAttachmentId(attachmentId('app_1', 'REDIS_CYAN'))).toEqual({ appId: 'app_1', name: 'REDIS_CYAN' });
    expect(parseAttachmentId('REDIS')).toBeNull();
  });

  it.each([
    ['heroku-redis:private-7', 'private-7'],
    ['heroku-redis', 'private-7'],
    ['heroku-redis:a:b', null],
    ['redis:private-7', null],
  ])('of a plan: %s', (text, plan) => {
    expect(parsePlan(text)).toBe(plan);
  });
});

describe('an add-on', () => {
  it('has the config vars of the app in the request', () => {
    const attachments = [
      { appId: anId('app', 1), name: 'REDIS' },
      { appId: anId('app', 2), name: 'CACHE' },
    ];
    const database = aDatabase({ attachments });

    expect(addonView(database).config_vars).toEqual(['REDIS_URL']);
    expect(addonView(database, anId('app', 2)).config_vars).toEqual(['CACHE_URL']);
    expect(addonView(aDatabase({ status: 'creating', attachments: [] })).config_vars).toEqual([]);
  });

  it.each([
    ['creating', 'provisioning'],
    ['following', 'provisioned'],
    ['available', 'provisioned'],
    ['stopped', 'locked out'],
    ['failed', 'deprovisioned'],
    ['destroying', 'deprovisioning'],
  ] as const)('that is %s has the state %s', (status, state) => {
    expect(addonView(aDatabase({ status })).state).toBe(state);
  });
});

describe('finding an add-on', () => {
  const orders = aDatabase({ name: 'orders' });
  const carts = aDatabase({
    id: anId('db', 2),
    name: 'carts',
    attachments: [{ appId: anId('app', 2), name: 'REDIS' }],
  });
  const apps = [anApp(), anApp({ id: anId('app', 2), name: 'example-app' })];
  const all: Database[] = [orders, carts];
  const deps: FindDeps = {
    findApp: async (_, name) => apps.find((app) => app.name === name || app.id === name) ?? null,
    listApps: async () => ({ items: apps, cursor: null }),
    findDatabase: async (_, name) => all.find((database) => database.name === name || database.id === name) ?? null,
    listDatabases: async () => ({ items: all, cursor: null }),
    keyById: async () => aKey(),
    lockoutById: async () => aLockout(),
  };
  const find = async (addon: string, app: string | null = null) =>
    (await resolveAddon(deps, { teamId, addon, app })).map(({ name }) => name);

  it.each<[string, string, string | null, string[]]>([
    ['its name', 'orders', null, ['orders']],
    ['its id', anId('db', 2), null, ['carts']],
    ['its attachment', 'REDIS', 'example-app', ['carts']],
    ['its attachment in small letters', 'redis', 'your-app-name', ['orders']],
    ['its config var', 'REDIS_URL', 'your-app-name', ['orders']],
    ['its app and attachment', 'example-app::REDIS', null, ['carts']],
    ['its service, which is ambiguous', 'heroku-redis', null, ['orders', 'carts']],
  ])('goes by %s', async (...[, addon, app, names]) => {
    expect(await find(addon, app)).toEqual(names);
  });

  it('says that it is an add-on that is missing', async () => {
    await expect(find('nothing')).rejects.toMatchObject({ code: 'not_found', extra: { resource: 'add_on' } });
  });
});
