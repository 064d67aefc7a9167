/** Restarting an app with a release, on this machine or by an event, and the command of an app. */
import { describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { freeColour, freeName } from '#lib/apps/attachment-name.ts';
import { changeApp } from '#lib/apps/change.ts';
import { restartApp } from '#lib/apps/restart.ts';
import type { AppRunner, Runnable } from '#lib/model/app.ts';
import { anApp, at, teamId, tokenActor } from '#test/support/build.ts';
import { aLedger } from '#test/support/ledger.ts';

const process = { command: ['node', 'server.ts'], cwd: '/srv/app' };

function world(app = anApp({ release: 3 }), runs = true) {
  const ledger = aLedger({ apps: [app] });
  const restarted: Runnable[] = [];
  const stopped: string[] = [];
  const runner: AppRunner = {
    restart: async (each) => void restarted.push(each),
    stop: async (id) => void stopped.push(id),
  };
  const deps = {
    ...ledger,
    configVarsOf: async () => ({ REDIS_URL: 'redis://a', LOCKED_URL: null }),
    runner: async () => (runs ? runner : null),
    now: () => at,
  };
  return { ledger, restarted, stopped, deps, app };
}

describe('restarting an app', () => {
  it('runs its command on this machine, with its readable config vars', async () => {
    const { deps, restarted, ledger, app } = world(anApp({ release: 3, process }));
    await restartApp(deps)({ teamId, appId: app.id, release: 3 });

    expect(restarted).toEqual([
      { teamId, appId: app.id, name: app.name, process, environment: { REDIS_URL: 'redis://a' } },
    ]);
    expect(ledger).toHaveRecorded('AppRestarted');
  });

  it.each([
    ['it says no command', world(anApp({ release: 3 }))],
    ['the deployment runs no apps', world(anApp({ release: 3, process }), false)],
  ])('requests it from the operator of the app where %s', async (_, { deps, restarted, ledger, app }) => {
    await restartApp(deps)({ teamId, appId: app.id, release: 3 });
    expect(restarted).toEqual([]);
    expect(ledger).toHaveRecorded('AppRestartRequested');
  });

  it('is done once per release, also for releases that came meanwhile', async () => {
    const { deps, ledger, app } = world();
    for (const release of [2, 3, 3, 1]) await restartApp(deps)({ teamId, appId: app.id, release });
    expect(ledger.entries().map(({ data }) => data)).toEqual([{ name: app.name, release: 3 }]);
  });

  it('is nothing for an app that no longer exists', async () => {
    const { deps, ledger } = world();
    await restartApp(deps)({ teamId, appId: 'app_gone', release: 9 });
    expect(ledger.commits).toEqual([]);
  });
});

describe('a command for an app', () => {
  it('makes a release, and a restart with it', async () => {
    const { deps, ledger, app } = world();

    expect(await changeApp(deps)({ teamId, actor: tokenActor, app: app.name, process })).toMatchObject({
      process,
      release: 4,
    });
    expect(ledger.effects()).toEqual([{ kind: 'restart', restart: { teamId, appId: app.id, release: 4 } }]);
  });

  it('is refused where the deployment runs no apps', async () => {
    const { deps, app, ledger } = world(anApp(), false);

    await expect(changeApp(deps)({ teamId, actor: tokenActor, app: app.name, process })).rejects.toMatchObject({
      code: 'wrong_state',
    });
    expect(ledger.commits).toEqual([]);
  });

  it('that is taken away ends what runs', async () => {
    const { deps, stopped, app } = world(anApp({ process }));
    await changeApp(deps)({ teamId, actor: tokenActor, app: app.name, process: null });
    expect(stopped).toEqual([app.id]);
  });
});

describe('names of attachments', () => {
  const named = (...names: string[]) => anApp({ attachments: names.map((name) => ({ name, databaseId: 'db_1' })) });

  it('are REDIS, then a colour, then a number, and never one that is used', () => {
    expect(freeName(named())).toBe('REDIS');
    expect(freeName(named('REDIS'))).toBe('REDIS_CYAN');
    expect(freeColour(named())).toBe('REDIS_CYAN');

    const names = ['REDIS'];
    for (let count = 0; count < 40; count += 1) names.push(freeName(named(...names)));

    expect(new Set(names).size).toBe(41);
    expect(names.at(-1)).toMatch(/^REDIS_\d+$/);
  });
});
