/** A drill that starts by its schedule, with real databases: it runs to its end once, and the schedule moves on. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DrillScheduleView } from '#lib/contracts/drill-schedules.ts';
import type { DrillView } from '#lib/contracts/drills.ts';
import { weekdays } from '#lib/model/database.ts';
import type { Infer } from '#lib/model/schema.ts';
import '#test/support/matchers.ts';
import { aPlatform, type Platform, pagesOf } from '#test/support/cloud.ts';
import { policyWithout } from '#test/support/policies.ts';
import { until } from '#test/support/when.ts';
import { aServingDatabase } from './preconditions.ts';

type Schedule = Infer<typeof DrillScheduleView>;
type Drill = Infer<typeof DrillView>;

let platform: Platform;
let path: string;
let liveKey: string;
beforeAll(async () => {
  platform = await aPlatform();
  liveKey = await platform.keyOfCustomer();
  const database = await aServingDatabase(platform, { key: liveKey, name: 'orders-db' });
  path = `/v1/keys/${database.key?.id}/drill-schedule`;
});
afterAll(() => platform.close());

/** The weekly window that opened an hour ago. */
function openWindow() {
  const opened = new Date(Date.now() - 3_600_000);
  return { day: weekdays[opened.getUTCDay()], time: opened.toISOString().slice(11, 16) };
}
const monthly = () => ({ mode: 'simulated', every: 'month', window: openWindow(), owner: 'owner@example.com' });
const drills = async () => (await platform.ask<{ items: Drill[] }>('GET /v1/drills')).body.items;

describe('a drill schedule', () => {
  it.each([
    ['an unknown period', { every: 'week' }],
    ['an owner without an address', { owner: 'somebody' }],
    ['a window without a time', { window: { day: 'monday' } }],
    ['a real mode without a drill key', { mode: 'real' }],
    ['an unknown member', { force: true }],
  ])('with %s is refused, and nothing is stored', async (_, changes) => {
    expect(await platform.ask(`PUT ${path}`, { body: { ...monthly(), ...changes } })).toBeProblem('invalid_request');
    expect(await platform.ask(`GET ${path}`)).toBeProblem('not_found');
  });

  it('starts a drill in its window, which runs to its end, and is due again a month later', async () => {
    const set = await platform.ask<Schedule>(`PUT ${path}`, { body: monthly() });
    expect(set).toMatchObject({
      status: 200,
      body: { every: 'month', owner: 'owner@example.com', lastStartedAt: null },
    });
    expect(Date.parse(set.body.nextAt)).toBeLessThan(Date.now());

    const ended = await until('the drill ended', async () => {
      const [drill] = await drills();
      return drill?.stage === 'ended' && drill;
    });

    expect(ended).toMatchObject({ mode: 'simulated', outcome: 'passed', database: { name: 'orders-db' } });
    const { body } = await platform.ask<Schedule>(`GET ${path}`);
    expect(body).toMatchObject({ overdueSince: null, skipped: null });
    expect(Date.parse(body.nextAt) - Date.parse(body.lastStartedAt ?? '')).toBeGreaterThanOrEqual(28 * 86_400_000);
    expect(await drills()).toHaveLength(1);
    const types = (await platform.entries()).map(({ type }) => type);
    expect(types.filter((type) => /^Drill(Sch|Sk|St)/.test(type))).toEqual(['DrillScheduleChanged', 'DrillStarted']);
  });

  it('is removed once, and has no other methods', async () => {
    expect(await platform.ask(`DELETE ${path}`)).toMatchObject({ status: 204 });
    expect(await platform.ask(`DELETE ${path}`)).toBeProblem('not_found');
    expect(await platform.ask(`POST ${path}`, { body: monthly() })).toBeProblem('method_not_allowed');
  });
});

const keys = async () => (await pagesOf<{ arn: string }>(platform.ask, '/v1/keys')).map(({ arn }) => arn);
/** In a window that is not open, so that no drill starts. */
const setReal = (drillKey: string) => {
  const window = { day: weekdays[(new Date().getUTCDay() + 3) % 7], time: '04:00' };
  return platform.ask(`PUT ${path}`, { body: { ...monthly(), window, mode: 'real', drillKey } });
};

describe('the drill key of a schedule', () => {
  const refused = async (drillKey: string) => {
    const before = await keys();
    const response = await setReal(drillKey);
    expect(await platform.ask(`GET ${path}`)).toBeProblem('not_found');
    expect(await keys()).toEqual(before);
    return response;
  };

  it.each<[what: string, make: () => Promise<string> | string, says: RegExp]>([
    ['that KMS does not know', () => `${liveKey.slice(0, -12)}000000000000`, /KMS refuses every action on this key/],
    [
      'that is not symmetric',
      () => platform.keyOfCustomer({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }),
      /create one with aws kms create-key/,
    ],
    [
      'whose policy does not let us',
      () => platform.keyOfCustomer({ Policy: policyWithout('CreateGrant') }),
      /Add the missing statements with aws kms put-key-policy/,
    ],
  ])('%s is refused with what to do, and nothing is stored', async (_, make, says) => {
    const response = await refused(await make());

    expect(response).toBeProblem('key_rejected');
    expect(response.body.detail).toMatch(says);
  });

  it('is not the live key', async () => {
    expect(await refused(liveKey)).toBeProblem('invalid_request');
  });

  it('is checked with KMS at once, also if it is registered already', async () => {
    const drillKey = await platform.keyOfCustomer();
    await platform.ask('POST /v1/keys', { body: { arn: drillKey } });
    await platform.kms('DisableKey', { KeyId: drillKey });

    const response = await refused(drillKey);
    expect(response).toBeProblem('key_rejected');
    expect(response.body.detail).toContain(`aws kms enable-key --key-id ${drillKey} --region us-east-1`);
    await platform.kms('EnableKey', { KeyId: drillKey });
  });

  it('that fits is stored, and registered', async () => {
    const drillKey = await platform.keyOfCustomer();

    expect(await setReal(drillKey)).toMatchObject({ status: 200, body: { mode: 'real', drillKey } });

    expect(await keys()).toContain(drillKey);
    expect(await platform.ask(`DELETE ${path}`)).toMatchObject({ status: 204 });
  });
});
