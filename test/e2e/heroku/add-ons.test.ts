/** The add-on commands of the Heroku CLI. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, inStatus, read, request } from '#local/test-support/customer.ts';
import { until } from '#local/test-support/until.ts';
import type { Terminal } from './terminal.ts';
import { aDatabase, ask, aWorld, configVar, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await aWorld();
});
afterAll(() => world?.end());

const database = (name: string) => read<Database>(world.cloud, `/v1/databases/${name}`);

describe.each<[string, () => Terminal]>([
  ['11.10.0', () => world.newest],
  ['8.11.5', () => world.bare],
])('add-ons by heroku %s', (version, terminal) => {
  const name = `carts-${version.replaceAll('.', '-')}`;
  const attachment = `CARTS_${version.replaceAll('.', '_')}`;
  const other = `${name}-again`;

  it('are made with a name, an attachment and --wait', async () => {
    const flags = `--name ${name} --as ${attachment} --app your-app-name --wait`;
    const shown = await terminal().heroku(
      `addons:create heroku-redis:private-7 ${flags} -- --encryption-key ${world.arn}`,
    );

    expect(shown.text).toContain(`Creating ${name}... done`);
    expect(shown.text).toContain(`Created ${name} as ${attachment}_URL`);
    expect((await database(name)).status).toBe('available');
    expect(await ask(await configVar(world, `${attachment}_URL`), (redis) => redis.ping())).toBe('PONG');
  });

  it('take over an attachment only with --confirm, and then no app loses access', async () => {
    const line = `addons:create heroku-redis:private-7 --name ${other} --as ${attachment} --app your-app-name`;
    const before = await configVar(world, `${attachment}_URL`);
    const unconfirmed = await terminal().run([...line.split(' '), '--', '--encryption-key', world.arn]);

    expect(unconfirmed.text).toContain(`${attachment} on app your-app-name is attached to database ${name}`);
    expect((await request(world.cloud, `GET /v1/databases/${other}`)).status).toBe(404);

    await terminal().heroku(`${line} --confirm your-app-name --wait -- --encryption-key ${world.arn}`);
    expect(await configVar(world, `${attachment}_URL`)).not.toBe(before);
    const renamed = (await database(name)).attachments[0]?.configVar ?? '';
    expect(await configVar(world, renamed)).toBe(before);
  });

  it('are listed, of an app and of all, and shown', async () => {
    const listed = await terminal().heroku('addons --app your-app-name');
    const all = await terminal().heroku('addons --all');
    const info = await terminal().heroku(`addons:info ${other}`);

    expect(listed.text).toMatch(new RegExp(`heroku-redis \\(${other}\\) private-7 contract (contract )?created`));
    expect(listed.text).toContain(`as ${attachment}`);
    expect(all.text).toMatch(new RegExp(`your-app-name ${other} heroku-redis:private-7 contract (contract )?created`));
    expect(info.text).toContain('Plan: heroku-redis:private-7');
    expect(info.text).toContain(`your-app-name::${attachment}`);
    expect(info.text).toContain('State: created');
  });

  it('are found by attachment, config var and service, and an ambiguous name is refused', async () => {
    expect((await terminal().heroku(`addons:info ${attachment} --app your-app-name`)).text).toContain(`=== ${other}`);
    expect((await terminal().heroku(`addons:info ${attachment}_URL --app your-app-name`)).text).toContain(
      `=== ${other}`,
    );
    expect((await terminal().refused('addons:info heroku-redis --app your-app-name')).text).toContain(
      'Ambiguous identifier',
    );
  });

  it('change their plan while they serve, and are refused with the reason where that cannot be', async () => {
    const shown = await terminal().heroku(`addons:upgrade ${name} heroku-redis:private-9`);
    expect(shown.text).toContain('from heroku-redis:private-7 to heroku-redis:private-9... done');
    expect((await database(name)).plan).toBe('private-9');
    const info = async () => (await world.newest.heroku(`redis:info ${name} --app your-app-name`)).text;
    expect(await info()).toContain('of 10240 MiB');

    const tier = await terminal().refused(`addons:upgrade ${name} heroku-redis:premium-0`);
    expect(tier.text).toContain('Plan premium-0 cannot use a customer key');
    const unknown = await terminal().refused(`addons:upgrade ${name} heroku-redis:private-99`);
    expect(unknown.text).toContain("Couldn't find either the add-on service or the add-on plan");
    expect((await database(name)).plan).toBe('private-9');
  });

  it('are renamed, and keep what they are attached as', async () => {
    const shown = await terminal().heroku(`addons:rename ${name} ${name}-new`);

    expect(shown.text).toContain(`${name} successfully renamed to ${name}-new`);
    expect((await database(`${name}-new`)).attachments).toHaveLength(1);

    await terminal().heroku(`addons:rename ${name}-new ${name}`);
  });

  it('are attached to another app and detached from it, each in a release', async () => {
    const as = `SHARED_${version.replaceAll('.', '_')}`;
    const attached = await terminal().heroku(`addons:attach ${name} --app example-app --as ${as}`);
    expect(attached.text).toContain(`Setting ${as} config vars and restarting example-app... done, v`);
    expect(await ask(await configVar(world, `${as}_URL`, 'example-app'), (redis) => redis.ping())).toBe('PONG');

    const detached = await terminal().heroku(`addons:detach ${as} --app example-app`);
    expect(detached.text).toContain(`Detaching ${as} to ${name} from example-app... done`);
    expect(await configVar(world, `${as}_URL`, 'example-app')).toBe('');
    expect((await database(name)).status).toBe('available');
  });

  it('are destroyed with the app as confirmation only, and --wait waits until they are gone', async () => {
    await terminal().refused(`addons:destroy ${other} --confirm wrong-app`);
    expect((await database(other)).status).toBe('available');

    const shown = await terminal().heroku(`addons:destroy ${other} --confirm your-app-name --wait`);
    expect(shown.text).toContain(`Destroying ${other}`);
    await until('gone', async () => (await request(world.cloud, `GET /v1/databases/${other}`)).status === 404);
    expect(await configVar(world, `${attachment}_URL`)).toBe('');
  });
});

describe('plans and services', () => {
  it.each<[string, () => Terminal]>([
    ['11.10.0', () => world.newest],
    ['8.11.5', () => world.bare],
  ])('are listed: %s', async (_, terminal) => {
    expect((await terminal().heroku('addons:services')).text).toContain('heroku-redis');

    const plans = await terminal().heroku('addons:plans heroku-redis');
    expect(plans.text).toMatch(/default heroku-redis:private-7 Private 7/);
    expect((await terminal().refused('addons:plans heroku-postgresql')).text).toContain(
      'there is only heroku-redis here',
    );
  });
});

describe('addons:wait', () => {
  it('ends when the database is there, and says when it failed', async () => {
    await world.newest.heroku(
      `addons:create heroku-redis:private-7 --app example-app --name slow -- --encryption-key ${world.arn}`,
    );
    await world.newest.heroku('addons:wait slow --wait-interval 1');

    expect((await database('slow')).status).toBe('available');
  });

  it('has nothing to say while nothing is pending', async () => {
    await aDatabase(world, 'ready', 'example-app');
    await inStatus(world.cloud, 'ready', 'available');
    expect((await world.newest.heroku('addons:wait --app example-app')).stdout).toBe('');
  });
});
