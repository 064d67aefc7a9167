/** A clock that jumps, there and back, in the middle of a lockout and of a provisioning. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { aKey, create, disable, enable, inStatus, lockoutIn, notifiedFacts } from '#local/test-support/customer.ts';
import { until } from '#local/test-support/until.ts';
import { claimedMails } from './claims.ts';
import { assertNothingLeft, assertServing, type Digests, fillDatabases, mailsOf } from './promises.ts';
import type { Rule } from './rules.ts';
import { aWorld } from './world.ts';

const hour = 3_600_000;
const app = 'your-app-name';
const world = aWorld({ firstPort: 22_240 });
let keyArn: string;
let digests: Digests;

beforeAll(async () => {
  await world.start();
  keyArn = await aKey(world.cloud);
  digests = await fillDatabases(world, { keyArn, names: ['orders'] });
});
afterAll(() => world.end());
/**
 * Ids are ordered by time, and a test looks at the newest lockout, so a clock that was set back continues from there.
 */
afterEach(() => world.clock(3 * hour));

const jumps: readonly (readonly [words: string, byMs: number])[] = [
  ['an hour forwards', hour],
  ['an hour back', -hour],
];

/** The clock jumps when the state is entered, before its work. */
async function jumpIn(state: string, byMs: number): Promise<void> {
  await until(state, async () => (await world.planStatus()).held.includes(state));
  await world.clock(byMs);
  await world.rules();
}

const held = (machine: string, state: string): Rule => ({ kind: 'hold', machine, state });

describe('a clock that jumps', () => {
  it.each(jumps)(
    '%s, in the waiting period and while servers start: all of it stops and is restored in its time',
    async (_, byMs) => {
      await disable(world.cloud, keyArn);
      await lockoutIn(world.cloud, 'waiting');
      await world.clock(byMs);
      await lockoutIn(world.cloud, 'stopped');
      expect(world.home.services()).toEqual([]);

      await world.rules(held('key-restart', 'Start servers'));
      await enable(world.cloud, keyArn);
      await jumpIn('Start servers', byMs);
      const { id } = await lockoutIn(world.cloud, 'restored');
      await mailsOf(world, id, ['lockout_opened', 'databases_stopped', 'databases_restored']);
      await assertServing(world, digests);
      await assertNothingLeft(world);
    },
  );

  it.each(jumps)('%s, between a step that has to come again and its next try: it comes', async (_, byMs) => {
    const rule: Rule = {
      kind: 'call',
      service: 'kms',
      operations: ['Decrypt'],
      accountId: '210987654321',
      code: 'ThrottlingException',
      status: 400,
    };
    await disable(world.cloud, keyArn);
    await lockoutIn(world.cloud, 'stopped');
    await world.rules(held('key-restart', 'Start servers'));
    await enable(world.cloud, keyArn);
    await until('servers start', async () => (await world.planStatus()).held.length > 0);
    const { refused } = await world.rules(rule);
    await until('a try that failed', async () => (await world.planStatus()).refused > refused + 4);
    await world.clock(byMs);
    await world.rules();
    await lockoutIn(world.cloud, 'restored');
    await assertServing(world, digests);
    await assertNothingLeft(world);
  });

  it.each(jumps)('%s, while a mail waits for SES: it arrives, once', async (_, byMs) => {
    const { refused } = await world.rules({ kind: 'call', service: 'ses', code: 'ServiceUnavailable', status: 503 });
    await disable(world.cloud, keyArn);
    const lockout = await lockoutIn(world.cloud, 'stopped');
    await until('a mail that SES refused', async () => (await world.planStatus()).refused > refused);
    await world.clock(byMs);
    // A mail in flight when the clock jumped can be sent twice: SES has no idempotency token.
    await until('no mail on its way by the old clock', async () => (await claimedMails(world.cloud)).length === 0);
    await world.rules();
    await enable(world.cloud, keyArn);
    await lockoutIn(world.cloud, 'restored');

    await mailsOf(world, lockout.id, ['lockout_opened', 'databases_stopped', 'databases_restored']);

    expect((await notifiedFacts(world.cloud, lockout, 'admin@example.com')).toSorted()).toEqual([
      'restored',
      'stopped',
    ]);

    await assertNothingLeft(world);
  });

  it.each(jumps)('%s, while a database is made: it is made', async (words, byMs) => {
    const name = `made-${words.split(' ').at(-1)}`;
    await world.rules(held('provision-database', 'Start the service'));
    await create(world.cloud, '/v1/databases', { name, app, plan: 'private-7', encryptionKey: keyArn });
    await jumpIn('Start the service', byMs);
    await inStatus(world.cloud, name, 'available');
    await assertNothingLeft(world);
  });
});
