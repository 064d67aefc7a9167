/** The commands about apps, spaces, config vars and releases of the Heroku CLI. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, read, request, timeline } from '#local/test-support/customer.ts';
import { until } from '#local/test-support/until.ts';
import type { Terminal } from './terminal.ts';
import { aDatabase, aWorld, configVar, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await aWorld();
});
afterAll(() => world?.end());

describe.each<[string, () => Terminal]>([
  ['11.10.0', () => world.newest],
  ['8.11.5', () => world.bare],
])('apps by heroku %s', (version, terminal) => {
  const app = `shop-${version.replaceAll('.', '-')}`;

  it('show the current user', async () => {
    expect((await terminal().heroku('auth:whoami')).stdout.trim()).toBe('admin@example.com');
  });

  it('are created in a space, and their creator is notified about their databases', async () => {
    const made = await terminal().heroku(`apps:create ${app} --space acme-private --no-remote`);
    expect(made.text).toContain(`Creating ${app} in space acme-private... done`);

    const known = await read<{ space: { name: string }; admins: string[] }>(world.cloud, `/v1/apps/${app}`);
    expect([known.space.name, known.admins]).toEqual(['acme-private', ['admin@example.com']]);
    expect((await terminal().heroku('apps')).text).toContain(app);
    expect((await terminal().heroku('apps --all')).text).toContain(app);
    expect((await terminal().refused(`apps:create ${app} --no-remote`)).text).toContain(`already has an app ${app}`);
  });

  it('are shown', async () => {
    const { text } = await terminal().heroku(`apps:info ${app}`);
    for (const row of [`=== ${app}`, 'Space: acme-private', 'Owner: admin@example.com', 'Region: virginia'])
      expect(text).toContain(row);
  });

  it('have config vars, each change in a release', async () => {
    const set = await terminal().heroku(`config:set GREETING=hello COLOUR=blue --app ${app}`);
    expect(set.text).toMatch(/Setting GREETING, COLOUR and restarting .*done, v2/);
    expect(await configVar(world, 'GREETING', app)).toBe('hello');

    const unset = await terminal().heroku(`config:unset COLOUR --app ${app}`);
    expect(unset.text).toMatch(/Unsetting COLOUR and restarting .*done, v3/);
    expect(await read(world.cloud, `/v1/apps/${app}/config-vars`)).toEqual({ GREETING: 'hello' });
    expect((await terminal().heroku(`config --app ${app}`)).text).toContain('GREETING: hello');
  });

  it('have releases', async () => {
    const { text } = await terminal().heroku(`releases --app ${app}`);
    expect(text).toMatch(/v3 Change COLOUR admin@example.com/);
    expect(text).toMatch(/v1 Initial release/);

    const few = await terminal().heroku(`releases -n 1 --app ${app}`);
    expect(few.stdout).not.toContain('Initial release');
    expect((await terminal().heroku(`releases:info v3 --app ${app}`)).text).toContain('GREETING: hello');

    const old = await terminal().heroku(`releases:info v2 --app ${app}`);
    expect(old.stdout).not.toContain('blue');
    expect((await terminal().refused(`releases:info v99 --app ${app}`)).text).toMatch(new RegExp(`${app} has no v?99`));
  });

  it('restart on request, and the timeline has it', async () => {
    expect((await terminal().heroku(`ps --app ${app}`)).text).toContain(`No dynos on ${app}`);

    await terminal().heroku(`ps:restart --app ${app}`);
    await until('a restart', async () =>
      (await timeline(world.cloud)).some(({ type, data }) => type === 'AppRestartOrdered' && data.name === app),
    );
  });

  it('are destroyed once no database is attached', async () => {
    const shown = await terminal().heroku(`apps:destroy ${app} --confirm ${app}`);
    expect(shown.text).toContain(`Destroying ${app}`);
    expect((await request(world.cloud, `GET /v1/apps/${app}`)).status).toBe(404);
  });

  it('have spaces and a region around them', async () => {
    expect((await terminal().heroku('spaces')).text).toMatch(/acme-private acme virginia allocated/);
    expect((await terminal().heroku('spaces:info acme-private')).text).toContain('State: allocated');
    expect((await terminal().heroku('regions')).text).toContain('virginia');
  });
});

describe('an app that this machine runs', () => {
  it('is shown by ps, and another process after ps:restart', async () => {
    const command = ['sleep', '600'];
    await request(world.cloud, 'PATCH /v1/apps/example-app', { process: { command, cwd: '/' } });
    const { text } = await world.newest.heroku('ps --app example-app');

    expect(text).toContain('=== web (Private-S): sleep 600 (1)');
    expect(text).toContain('web.1: up');
    const restarts = async () =>
      (await timeline(world.cloud)).filter(({ type, data }) => type === 'AppRestarted' && data.name === 'example-app')
        .length;
    await until('it runs', async () => (await restarts()) > 0);
    const before = await restarts();
    await world.newest.heroku('ps:restart --app example-app');
    await until('a restart', async () => (await restarts()) > before);
  });

  it('lists its plans in apps:info', async () => {
    await aDatabase(world, 'orders', 'example-app');
    expect((await world.newest.heroku('apps:info example-app')).text).toContain('Addons: heroku-redis:private-7');
    expect((await read<Database>(world.cloud, '/v1/databases/orders')).app).toBe('example-app');
  });
});
