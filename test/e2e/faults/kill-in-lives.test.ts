/**
 * kill -9 of the whole platform in every step of a database's life: created, backed up, destroyed, and the undo of
 * each.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aKey, create, type Database, databases, read, readAll, request } from '#local/test-support/customer.ts';
import { until } from '#local/test-support/until.ts';
import { machineNames } from '#statemachines/definitions.ts';
import { digestOf } from '#test/e2e/redis-data.ts';
import { executions, startExecution } from './executions.ts';
import { killInEachState } from './kill-chain.ts';
import { statesIn, tasksIn } from './machines.ts';
import { assertNothingLeft, assertServing, type Digests, fillDatabases, grantsOn } from './promises.ts';
import type { Moment, Rule } from './rules.ts';
import { aWorld } from './world.ts';

const app = 'your-app-name';
const plan = 'private-7';
const moments: readonly Moment[] = ['before', 'after'];

interface Backup {
  readonly id: string;
  readonly status: string;
  readonly trigger: string;
}

const world = aWorld({ firstPort: 22_100 });
let keyArn: string;
let digests: Digests;
let backup: string;

beforeAll(async () => {
  await world.start();
  keyArn = await aKey(world.cloud);
  digests = await fillDatabases(world, { keyArn, names: ['orders'] });
  backup = (await create<Backup>(world.cloud, '/v1/databases/orders/backups', {})).id;
  await until('a backup', async () => (await backupsOf('orders')).every(({ status }) => status === 'available'));
});
afterAll(() => world.end());

const backupsOf = (name: string) => readAll<Backup>(world.cloud, `/v1/databases/${name}/backups`);
const statusOf = async (name: string) => (await read<Database>(world.cloud, `/v1/databases/${name}`)).status;
const isGone = async (name: string) => (await request(world.cloud, `GET /v1/databases/${name}`)).status === 404;
const destroy = (name: string) => request(world.cloud, `DELETE /v1/databases/${name}?confirm=${name}`);
const fail = (machine: string, state: string): Rule => ({ kind: 'fail', machine, state, times: 1 });
const usual = (machine: string) =>
  statesIn(machine).filter(
    (state) => !/^(Wait|Mark|Remove|Destroy failed|Backup failed|Clean up again|Go on|Destruction left)/.test(state),
  );

/** Nothing is left over beside what was there before: data, servers, grants. */
const asBefore = async () => {
  await world.eventually(
    'the others gone',
    async () => (await readAll<Database>(world.cloud, '/v1/databases')).length === 1,
  );
  await assertServing(world, digests);
  await assertNothingLeft(world);
  expect(await grantsOn(world, keyArn)).toBe(1);
};

it('is tried here, in lockouts, promotions or drills for every machine that is deployed', () => {
  const here = ['backup-database', 'daily-backups', 'destroy-database', 'provision-database'];
  const elsewhere = ['drill', 'key-restart', 'key-shutdown', 'promote-database'];
  expect(machineNames).toEqual([...here, ...elsewhere].toSorted());
});

describe('kill -9 of the whole process while a database is made, and a start on the same folder', () => {
  const machine = 'provision-database';
  const undoing = ['Terminate the server', 'Retire the grant', 'Mark as failed'];
  const made = [...tasksIn(machine).filter((state) => !undoing.includes(state)), 'Created'];

  it.each(moments)('from a backup, %s the work of each step: it serves the data of the backup', async (moment) => {
    const name = `restored-${moment}`;
    const begin = () => create(world.cloud, '/v1/databases', { name, app, plan, backup, encryptionKey: keyArn });
    const states = moment === 'before' ? made : made.slice(0, -1);
    const killed = await killInEachState(world, {
      machine,
      moment,
      states,
      begin,
      done: async () => (await statusOf(name)) === 'available',
    });

    expect(killed).toEqual(states);
    const values = await digestOf(world.cloud, name);
    expect(values).toBe(digests.orders);
    await destroy(name);
    await asBefore();
  });

  it.each(moments)('following a leader, %s the work of each step: it catches up', async (moment) => {
    const name = `fork-${moment}`;
    const begin = () =>
      create(world.cloud, '/v1/databases', { name, app, plan, fork: 'orders', encryptionKey: keyArn });
    const states = ['Follow the leader', 'Start the service', 'Attach to the app'];
    const done = async () => (await read<Database>(world.cloud, `/v1/databases/${name}`)).fork?.caughtUp ?? false;
    const killed = await killInEachState(world, { machine, moment, states, begin, done });

    expect(killed).toEqual(states);
    expect(await digestOf(world.cloud, name)).toBe(digests.orders);
    await destroy(name);
    await asBefore();
  });

  it.each<[Moment, readonly string[], readonly Rule[]]>([
    ['before', [...undoing, 'Provisioning failed'], [fail(machine, 'Attach to the app')]],
    ['after', undoing, [fail(machine, 'Attach to the app')]],
    ['before', ['Wait and undo again'], [fail(machine, 'Launch the server'), fail(machine, 'Retire the grant')]],
  ])(
    'what fails permanently, %s the work of %j: nothing of it is left but the reason',
    async (moment, states, rules) => {
      const begin = () => create(world.cloud, '/v1/databases', { name: 'undone', app, plan, encryptionKey: keyArn });
      const done = async () => (await statusOf('undone')) === 'failed';
      const killed = await killInEachState(world, { machine, moment, states, rules, begin, done });

      expect(killed).toEqual(states);
      await assertNothingLeft(world);
      expect((await read<Database>(world.cloud, '/v1/databases/undone')).failure?.detail).toBe('It was made to fail.');
      await destroy('undone');
      await asBefore();
    },
  );
});

describe('kill -9 of the whole process while a backup is taken, and a start on the same folder', () => {
  const machine = 'backup-database';
  const taken = ['Save and store the data', 'Record the backup'];
  const undoing = ['Remove what is stored', 'Mark the backup as failed'];

  it.each<[Moment, readonly string[]]>([
    ['before', usual(machine)],
    ['after', taken],
  ])('%s the work of %j: it is there, once', async (moment, states) => {
    const before = await backupsOf('orders');
    const begin = () => create(world.cloud, '/v1/databases/orders/backups', {});
    const done = async () => (await backupsOf('orders')).every(({ status }) => status === 'available');
    const killed = await killInEachState(world, { machine, moment, states, begin, done });

    expect(killed).toEqual(states);
    expect(await backupsOf('orders')).toHaveLength(before.length + 1);
    await asBefore();
  });

  it.each<[Moment, readonly string[], readonly Rule[]]>([
    ['before', [...undoing, 'Backup failed'], [fail(machine, 'Record the backup')]],
    ['after', undoing, [fail(machine, 'Record the backup')]],
    [
      'before',
      ['Wait and clean up again'],
      [fail(machine, 'Save and store the data'), fail(machine, 'Remove what is stored')],
    ],
  ])('what fails permanently, %s the work of %j: it says so', async (moment, states, rules) => {
    const before = (await backupsOf('orders')).filter(({ status }) => status === 'failed');
    const begin = () => create(world.cloud, '/v1/databases/orders/backups', {});
    const failed = async () => (await backupsOf('orders')).filter(({ status }) => status === 'failed');
    const done = async () => (await failed()).length > before.length;
    const killed = await killInEachState(world, { machine, moment, states, rules, begin, done });

    expect(killed).toEqual(states);
    await asBefore();
  });
});

describe('kill -9 of the whole process while a database is destroyed, and a start on the same folder', () => {
  const machine = 'destroy-database';
  const withBackup = (name: string) => request(world.cloud, `DELETE /v1/databases/${name}?confirm=${name}&backup=true`);
  const doomed = async (name: string) => (await databases(world.cloud, keyArn, [{ name, app }]))[0]?.id ?? '';

  it.each<[Moment, readonly string[]]>([
    ['before', usual(machine)],
    ['after', tasksIn(machine).filter((state) => !state.startsWith('Mark'))],
  ])('%s the work of %j: it is gone, and its last backup is there', async (moment, states) => {
    const name = `doomed-${moment}`;
    const id = await doomed(name);
    const begin = () => withBackup(name);
    const killed = await killInEachState(world, { machine, moment, states, begin, done: () => isGone(name) });

    expect(killed).toEqual(states);
    expect((await backupsOf(id)).map(({ status, trigger }) => [status, trigger])).toEqual([['available', 'destroy']]);
    await asBefore();
  });

  it('in "Wait and go on": it is gone', async () => {
    await doomed('delayed');
    const rules = [fail(machine, 'Retire the grant')];
    const begin = () => destroy('delayed');
    const states = ['Wait and go on'];
    const killed = await killInEachState(world, {
      machine,
      moment: 'before',
      states,
      rules,
      begin,
      done: () => isGone('delayed'),
    });

    expect(killed).toEqual(states);
    await asBefore();
  });

  it('when its last backup fails: it stays as it is until it is destroyed without one', async () => {
    await doomed('kept');
    const states = ['Mark the last backup as failed', 'Destroy failed'];
    const rules = [fail(machine, 'Take the last backup')];
    const begin = () => withBackup('kept');
    const done = async () => (await backupsOf('kept')).some(({ status }) => status === 'failed');
    const killed = await killInEachState(world, { machine, moment: 'before', states, rules, begin, done });

    expect(killed).toEqual(states);
    expect(await statusOf('kept')).toBe('destroying');
    await destroy('kept');
    await asBefore();
  });
});

describe('kill -9 of the whole process in the daily visit, and a start on the same folder', () => {
  it('before the work of each state: each database has its backup of the day, once', async () => {
    const machine = 'daily-backups';
    const states = statesIn(machine).filter((state) => !/skipped|failed/.test(state));
    const begin = () => startExecution(world.cloud, machine, { run: 'daily-2026-01-01' });
    const scheduled = async () => (await backupsOf('orders')).filter(({ trigger }) => trigger === 'schedule');
    const done = async () => (await scheduled()).some(({ status }) => status === 'available');
    const killed = await killInEachState(world, { machine, moment: 'before', states, begin, done });

    expect(killed.toSorted()).toEqual(states.toSorted());
    expect(await executions(world.cloud)).toEqual([]);
    expect(await scheduled()).toHaveLength(1);
    await asBefore();
  });
});
