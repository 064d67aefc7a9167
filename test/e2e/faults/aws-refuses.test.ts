/** AWS that throttles, fails, conflicts, or executes a request without a response. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { platformAccount } from '#local/accounts.ts';
import {
  aKey,
  create,
  type Database,
  disable,
  enable,
  lockoutIn,
  lockouts,
  mails,
  notifiedFacts,
  read,
  readAll,
  request,
  timeline,
} from '#local/test-support/customer.ts';
import { until } from '#local/test-support/until.ts';
import { digestOf, fill } from '#test/e2e/redis-data.ts';
import { assertNothingLeft, assertServing, type Digests, fillDatabases, grantsOn, mailsOf } from './promises.ts';
import type { CallRule } from './rules.ts';
import { aWorld } from './world.ts';

const app = 'your-app-name';
const admin = 'admin@example.com';
const world = aWorld({ firstPort: 22_360 });
let keyArn: string;
let digests: Digests;

beforeAll(async () => {
  await world.start();
  keyArn = await aKey(world.cloud);
  digests = await fillDatabases(world, { keyArn, names: ['orders'] });
});
afterAll(() => world.end());
afterEach(() => world.rules());

const refused = async (times: number) => {
  const before = (await world.planStatus()).refused;
  await until(`${times} refusals`, async () => (await world.planStatus()).refused >= before + times);
};
const restored = async () => {
  const { id } = await lockoutIn(world.cloud, 'restored');
  await mailsOf(world, id, ['lockout_opened', 'databases_stopped', 'databases_restored']);
  await assertServing(world, digests);
  await assertNothingLeft(world);
};
const keyStatus = async () => (await read<{ items: { status: string }[] }>(world.cloud, '/v1/keys')).items[0]?.status;

/** Of the platform's requests; the customer's own requests succeed. */
const throttled: CallRule = {
  kind: 'call',
  service: 'kms',
  accountId: platformAccount,
  code: 'ThrottlingException',
  status: 400,
};

describe('KMS that throttles the platform for two minutes', () => {
  const twoMinutes = async () => {
    await refused(20);
    await world.clock();
    await world.clock();
    await refused(20);
  };

  it('while the key is usable: no lockout opens, an alert is raised, and everything serves', async () => {
    const services = home().services();
    await world.rules(throttled);
    await twoMinutes();

    expect(await keyStatus()).toBe('unknown');
    expect(await lockouts(world.cloud)).toEqual([]);
    expect((await timeline(world.cloud)).filter(({ type }) => type === 'KeyCheckUnanswered')).toHaveLength(1);
    expect(home().services()).toEqual(services);
    await world.rules();
    await assertServing(world, digests);
    await until('usable', async () => (await keyStatus()) === 'usable');
  });

  it('when the key is disabled meanwhile: nothing stops before KMS says so', async () => {
    await world.rules(throttled);
    await disable(world.cloud, keyArn);
    await twoMinutes();

    expect(await lockouts(world.cloud)).toEqual([]);
    expect(home().services()).toHaveLength(1);
    await world.rules();
    await lockoutIn(world.cloud, 'stopped');
    expect(home().services()).toEqual([]);
  });

  it('when the key is enabled meanwhile: nothing starts before KMS says so, and then everything does', async () => {
    await world.rules(throttled);
    await enable(world.cloud, keyArn);
    await twoMinutes();

    expect((await lockouts(world.cloud))[0]?.state).toBe('stopped');
    expect(home().services()).toEqual([]);
    await world.rules();
    await restored();
  });

  it('at the deadline: nothing stops before KMS says so, and then everything does', async () => {
    await world.rules({ kind: 'hold', machine: 'key-shutdown', state: 'Confirm the lockout' });
    await disable(world.cloud, keyArn);
    await until('the deadline', async () => (await world.planStatus()).held.includes('Confirm the lockout'));
    await world.rules(throttled);
    await twoMinutes();

    expect((await lockouts(world.cloud))[0]?.state).toBe('waiting');
    expect(home().services()).toHaveLength(1);
    await world.rules();
    await lockoutIn(world.cloud, 'stopped');
    await enable(world.cloud, keyArn);
    await restored();
  });

  it('while servers start: they start once it responds', async () => {
    await disable(world.cloud, keyArn);
    await lockoutIn(world.cloud, 'stopped');
    await world.rules({ kind: 'hold', machine: 'key-restart', state: 'Start servers' });
    await enable(world.cloud, keyArn);
    await until('servers start', async () => (await world.planStatus()).held.includes('Start servers'));
    await world.rules(throttled);
    await twoMinutes();

    expect(home().services()).toEqual([]);
    await world.rules();
    await world.eventually('restored', async () => (await lockouts(world.cloud))[0]?.state === 'restored');
    await restored();
  });
});

describe('SES that is down for a whole lockout', () => {
  it('holds nothing up; each mail that is still true arrives later, once', async () => {
    const before = (await mails(world.cloud)).length;
    await world.rules({ kind: 'call', service: 'ses', code: 'ServiceUnavailable', status: 503 });
    await disable(world.cloud, keyArn);
    await lockoutIn(world.cloud, 'stopped');
    await enable(world.cloud, keyArn);
    const lockout = await lockoutIn(world.cloud, 'restored');
    await assertServing(world, digests);
    expect(await mails(world.cloud)).toHaveLength(before);

    await world.rules();
    await restored();
    expect((await notifiedFacts(world.cloud, lockout, admin)).toSorted()).toEqual(['restored', 'stopped']);
  });
});

describe('DynamoDB', () => {
  const writes = ['TransactWriteItems', 'PutItem', 'UpdateItem', 'DeleteItem'];
  const conflict = { CancellationReasons: Array.from({ length: 100 }, () => ({ Code: 'TransactionConflict' })) };
  const conflicts: CallRule = {
    kind: 'call',
    service: 'dynamodb',
    operations: ['TransactWriteItems'],
    code: 'TransactionCanceledException',
    status: 400,
    fields: conflict,
    every: 2,
  };
  const silence: CallRule = {
    kind: 'call',
    service: 'dynamodb',
    operations: writes,
    code: 'InternalServerError',
    status: 500,
    every: 3,
    afterwards: true,
  };
  const throttling: CallRule = {
    kind: 'call',
    service: 'dynamodb',
    code: 'ProvisionedThroughputExceededException',
    status: 400,
    every: 10,
  };

  const statusOf = async (name: string) => (await read<Database>(world.cloud, `/v1/databases/${name}`)).status;

  /** Retries as a client does: a response that says "not now" is not a result. */
  async function patiently<T>(what: string, ask: () => Promise<T>): Promise<T> {
    const responses: T[] = [];
    await world.eventually(what, async () => {
      const response = await ask().catch(() => false as const);
      if (response !== false) responses.push(response);
      return response !== false;
    });
    return responses[0] as T;
  }

  it.each<[string, CallRule]>([
    ['that finds a conflict in every second transaction', conflicts],
    ['that keeps silent after every third write', silence],
    ['that throttles every tenth request', throttling],
  ])('%s: a whole life goes as it should', async (_, rule) => {
    const name = `life-${rule.code.toLowerCase().slice(0, 8)}`;
    await world.rules(rule);
    await patiently('created', () =>
      create(world.cloud, '/v1/databases', { name, app, plan: 'private-7', encryptionKey: keyArn }),
    );
    await patiently('available', async () => (await statusOf(name)) === 'available');
    const digest = await patiently('filled', () => fill(world.cloud, name, 1000));
    await patiently('a backup begun', () => create(world.cloud, `/v1/databases/${name}/backups`, {}));
    const backups = () => readAll<{ status: string }>(world.cloud, `/v1/databases/${name}/backups`);
    await patiently('backed up', async () => (await backups()).some(({ status }) => status === 'available'));
    await disable(world.cloud, keyArn);
    await patiently('stopped', async () => (await lockouts(world.cloud))[0]?.state === 'stopped');
    expect(home().services()).toEqual([]);
    await enable(world.cloud, keyArn);
    await patiently(
      'restored',
      async () => (await lockouts(world.cloud))[0]?.state === 'restored' && (await statusOf(name)) === 'available',
    );
    expect(await patiently('read', () => digestOf(world.cloud, name))).toBe(digest);
    await patiently('deletion accepted', async () =>
      [202, 404].includes((await request(world.cloud, `DELETE /v1/databases/${name}?confirm=${name}`)).status),
    );
    await patiently('destroyed', async () => (await readAll<Database>(world.cloud, '/v1/databases')).length === 1);
    expect((await world.planStatus()).refused).toBeGreaterThan(20);

    await world.rules();
    await restored();
    expect(await grantsOn(world, keyArn)).toBe(1);
  });
});

function home() {
  return world.home;
}
