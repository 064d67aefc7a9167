/** An app's config vars: its own and those of its attachments, during a lockout, and their changes. */
import { describe, expect, it } from '@jest/globals';
import { changeConfigVars, readConfigVars } from '#lib/apps/config-vars.ts';
import { createApp, destroyApp } from '#lib/apps/create.ts';
import { openVars, sealVars } from '#lib/apps/sealed-vars.ts';
import type { App } from '#lib/model/app.ts';
import type { Database } from '#lib/model/database.ts';
import { Problem, Transient } from '#lib/model/problem.ts';
import '#test/support/matchers.ts';
import { aDatabase, anApp, anId, at, countingIds, teamId, tokenActor } from '#test/support/build.ts';
import { aLedger } from '#test/support/ledger.ts';
import { aVault } from '#test/support/vault.ts';

const attached = anApp({
  configVars: { COLOUR: 'red' },
  attachments: [{ name: 'REDIS', databaseId: aDatabase().id }],
  release: 3,
});

function scene(
  app: App = attached,
  url: () => Promise<{ url: string; tlsUrl: string }> = async () => ({
    url: 'redis://:p@h:1',
    tlsUrl: 'rediss://:p@h:2',
  }),
) {
  const ledger = aLedger({ apps: [app], databases: [aDatabase()] });
  const databasesById = async (_team: string, ids: readonly string[]) =>
    [aDatabase()].filter(({ id }) => ids.includes(id));
  const deps = { ...ledger, ...aVault(), databasesById, credentialsOf: url, now: () => at };
  return {
    ledger,
    read: () => readConfigVars(deps)({ teamId, app: app.name }),
    change: (vars: Record<string, string | null>) =>
      changeConfigVars(deps)({ teamId, app: app.name, vars, actor: tokenActor }),
  };
}

describe('config vars', () => {
  it('are the app’s own and those of its attachments', async () => {
    expect(await scene().read()).toEqual({ COLOUR: 'red', REDIS_URL: 'redis://:p@h:1' });
  });

  it('read null where the key or the state keeps a URL out of reach', async () => {
    for (const code of ['key_unusable', 'wrong_state'] as const)
      expect(await scene(attached, () => Promise.reject(new Problem(code, 'No'))).read()).toMatchObject({
        REDIS_URL: null,
      });
  });

  it('are not answered in part while KMS is silent', async () => {
    await expect(scene(attached, () => Promise.reject(new Transient('KMS'))).read()).rejects.toMatchObject({
      name: 'Transient',
    });
  });

  it('read null for a database that no longer exists', async () => {
    const app = anApp({ attachments: [{ name: 'REDIS', databaseId: anId('db', 9) }] });
    expect(await scene(app).read()).toEqual({ REDIS_URL: null });
  });

  it('change in a release that names them, and no value', async () => {
    const { ledger, change } = scene();
    expect(await change({ COLOUR: null, SIZE: 'p4ssw0rd' })).toMatchObject({ SIZE: 'p4ssw0rd' });

    const [app] = ledger.all<App>('APP#');
    expect(app).toMatchObject({ configVars: {}, sealedVars: { names: ['SIZE'] }, release: 4 });
    expect(app && (await openVars(aVault(), app))).toEqual({ SIZE: 'p4ssw0rd' });
    expect(JSON.stringify(app)).not.toContain('p4ssw0rd');
    expect(ledger.entries()).toMatchObject([
      { type: 'ConfigVarsChanged', data: { names: ['COLOUR', 'SIZE'], release: 4 } },
    ]);
    expect(JSON.stringify([ledger.entries(), ledger.effects(), ledger.all('RELEASE#')])).not.toContain('p4ssw0rd');
  });

  it('write nothing when nothing changes', async () => {
    const { ledger, change } = scene();
    await change({ COLOUR: 'red', ABSENT: null });
    expect(ledger.commits).toEqual([]);
  });

  it('of an attachment can’t be set or removed', async () => {
    for (const value of ['redis://elsewhere', null]) {
      const { ledger, change } = scene();
      await expect(change({ REDIS_URL: value })).rejects.toBeProblem('invalid_request');
      expect(ledger.commits).toEqual([]);
    }
  });

  it('are read again and changed again after a lost race', async () => {
    let first = true;
    const { ledger, change } = scene(attached);
    const commit = ledger.commit;
    const racing = { ...ledger };
    racing.commit = async (unit) => {
      if (first) ledger.touch('APP#');
      first = false;
      return commit(unit);
    };
    const credentials = async () => ({ url: 'redis://:p@h:1', tlsUrl: 'rediss://:p@h:2' });
    const deps = {
      ...racing,
      ...aVault(),
      databasesById: async () => [aDatabase()],
      credentialsOf: credentials,
      now: () => at,
    };

    await changeConfigVars(deps)({ teamId, app: attached.name, vars: { SIZE: '7' }, actor: tokenActor });

    expect(ledger.commits).toHaveLength(1);

    await change({ SIZE: '7' });
    expect(ledger.commits).toHaveLength(1);
  });
});

describe('encrypted config vars', () => {
  const app = anApp();
  const sealed = () => sealVars(aVault(), app, { SIZE: 'p4ssw0rd' });

  it('are new ciphertext each time, and are read back', async () => {
    const [one, other] = [await sealed(), await sealed()];
    expect(one.vars).not.toBe(other.vars);
    expect(await openVars(aVault(), { ...app, sealedVars: one })).toEqual({ SIZE: 'p4ssw0rd' });
  });

  it('are refused in another app, another team, and when a bit of them changed', async () => {
    const sealedVars = await sealed();
    const bytes = Buffer.from(sealedVars.vars, 'base64');
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    const others = [
      { ...app, id: anId('app', 2), sealedVars },
      { ...app, teamId: 'team_other', sealedVars },
      { ...app, sealedVars: { ...sealedVars, vars: bytes.toString('base64') } },
    ];

    for (const other of others) await expect(openVars(aVault(), other)).rejects.toThrow();
  });

  it('are unavailable while the platform’s key is refused: that is no fault of the caller', async () => {
    const open = () => Promise.reject(new Problem('key_unusable', 'No'));
    const sealedVars = await sealed();
    await expect(openVars({ ...aVault(), decrypt: open }, { ...app, sealedVars })).rejects.toMatchObject({
      name: 'Transient',
    });
  });

  it('are bounded in number and in all, over many changes', async () => {
    const many = Object.fromEntries(Array.from({ length: 301 }, (_, index) => [`V_${index}`, 'x']));
    await expect(scene().change(many)).rejects.toBeProblem('invalid_request');

    const large = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`V_${index}`, 'x'.repeat(32_000)]));
    await expect(scene().change(large)).rejects.toBeProblem('invalid_request');
  });
});

describe('an app', () => {
  const deps = { now: () => at, newId: countingIds() };
  const request = { teamId, actor: tokenActor, name: 'new-app', admins: ['a@example.com'] };

  it('has the tier of its space, and its first release', async () => {
    const ledger = aLedger();
    const findSpace = async () => ({
      id: anId('space', 1),
      teamId,
      name: 'acme-shield',
      tier: 'shield' as const,
      createdAt: at.toISOString(),
      version: 1,
    });

    const app = await createApp({ ...deps, ...ledger, findSpace })({ ...request, space: 'acme-shield' });

    expect(app).toMatchObject({ tier: 'shield', space: { name: 'acme-shield' }, release: 1, attachments: [] });
    expect(ledger.all('RELEASE#')).toHaveLength(1);
    expect(await createApp({ ...deps, ...aLedger(), findSpace })(request)).toMatchObject({
      tier: 'common',
      space: null,
    });
  });

  it('is not made in a space that does not exist, nor under a name that is taken', async () => {
    const findSpace = async () => null;

    await expect(createApp({ ...deps, ...aLedger(), findSpace })({ ...request, space: 'nowhere' })).rejects.toBeProblem(
      'not_found',
    );
    await expect(
      createApp({ ...deps, ...aLedger({ apps: [anApp({ name: 'new-app' })] }), findSpace })(request),
    ).rejects.toBeProblem('name_taken');
  });

  it('is removed with its name, unless a database is attached', async () => {
    const ledger = aLedger({ apps: [anApp()] });
    await destroyApp({ ...ledger, now: () => at })({ teamId, app: anApp().name, actor: tokenActor });

    expect([ledger.all('APP#'), ledger.all('APPNAME#')]).toEqual([[], []]);

    const used = aLedger({ apps: [attached] });
    await expect(
      destroyApp({ ...used, now: () => at })({ teamId, app: attached.name, actor: tokenActor }),
    ).rejects.toBeProblem('wrong_state');
    expect(used.commits).toEqual([]);
  });

  it('is removed although its restart is noted meanwhile', async () => {
    const ledger = aLedger({ apps: [anApp()] });
    const findApp = async (team: string, name: string) => {
      const found = await ledger.findApp(team, name);
      if (found?.version === 1) ledger.touch('APP#');
      return found;
    };

    await destroyApp({ ...ledger, findApp, now: () => at })({ teamId, app: anApp().name, actor: tokenActor });

    expect(ledger.all('APP#')).toEqual([]);
  });

  it('stays while it is the only app of a database, since its notices would have no recipient', async () => {
    const app = anApp();
    const lonely = aDatabase({ appId: app.id, attachments: [], name: 'lonely' });
    const destroyed = (databases: Database[]) =>
      destroyApp({ ...aLedger({ apps: [app], databases }), now: () => at })({
        teamId,
        app: app.name,
        actor: tokenActor,
      });

    await expect(destroyed([lonely])).rejects.toThrow(
      /only app of database lonely\. Attach it to another app first, or destroy it/,
    );
    await expect(destroyed([{ ...lonely, status: 'destroying' }])).resolves.toBeUndefined();
    await expect(
      destroyed([{ ...lonely, attachments: [{ appId: anId('app', 2), name: 'REDIS' }] }]),
    ).resolves.toBeUndefined();
  });
});
