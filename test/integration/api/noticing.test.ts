/** How a disabled key is noticed: by an event or by an explicit check. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { customerAccount } from '#local/accounts.ts';
import type { Template } from '#local/stack/template.ts';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { stopForwarding } from '#test/support/customer.ts';
import { withProperties } from '#test/support/template.ts';
import { until } from '#test/support/when.ts';
import { aServingDatabase, type DatabaseResponse, type LockoutResponse, lockoutIn } from './preconditions.ts';

// Without the schedule of the sweep, which would otherwise notice a key a second after the start.
let platform: Platform;
beforeAll(async () => {
  const change = (template: Template) =>
    withProperties(template, 'OnSweepEventsRuleSchedule1', (rule) => ({ ...rule, State: 'DISABLED' }));
  platform = await aPlatform({ speed: 1, change });
});
afterAll(() => platform.close());

const lockoutsOf = async (arn: string): Promise<LockoutResponse[]> =>
  (await platform.ask<{ items: LockoutResponse[] }>('GET /v1/lockouts')).body.items.filter(
    (each) => each.key.arn === arn,
  );
const keyed = async (): Promise<{ arn: string; database: DatabaseResponse }> => {
  const arn = await platform.keyOfCustomer();
  return { arn, database: await aServingDatabase(platform, { key: arn }) };
};

describe('a key that is turned off', () => {
  it('is noticed by the event from the customer’s account, which names the actor', async () => {
    const { arn, database } = await keyed();
    await platform.kms('DisableKey', { KeyId: arn });
    const lockout = await lockoutIn(platform, arn, 'waiting');
    expect(lockout.noticedBy).toBe('aws_principal');
    const opened = (await platform.entries()).find(
      ({ type, subject }) => type === 'LockoutOpened' && subject.lockoutId === lockout.id,
    );
    expect(opened?.actor).toEqual({ kind: 'aws_principal', id: `arn:aws:iam::${customerAccount}:user/admin` });

    await platform.kms('EnableKey', { KeyId: arn });
    await lockoutIn(platform, arn, 'cancelled');
    const sent = await until('the admins are notified', async () => {
      const mails = (await platform.mails()).filter(({ body }) => body.text?.includes(lockout.id));
      return mails.length === 2 && mails;
    });
    expect(sent.map(({ destination }) => destination.to)).toEqual([['admin@example.com'], ['admin@example.com']]);
    expect((await platform.ask<DatabaseResponse>(`GET /v1/databases/${database.id}`)).body).toMatchObject({
      status: 'available',
      service: 'running',
    });
    expect((await lockoutIn(platform, arn, 'cancelled')).steps.map(({ state }) => state)).toEqual([
      'waiting',
      'cancelled',
    ]);
  });

  it('is noticed by an explicit check, where no event is forwarded', async () => {
    const { arn, database } = await keyed();
    await stopForwarding(platform);
    await platform.kms('DisableKey', { KeyId: arn });
    expect(await lockoutsOf(arn)).toEqual([]);

    const { body } = await platform.ask(`POST /v1/keys/${database.key?.id}/checks`);
    expect(body).toMatchObject({ status: 'unusable', lockout: expect.stringMatching(/^lk_/) });
    expect(await lockoutsOf(arn)).toMatchObject([{ state: 'waiting', noticedBy: 'token' }]);

    await platform.kms('EnableKey', { KeyId: arn });
    await platform.ask(`POST /v1/keys/${database.key?.id}/checks`);
    expect(await lockoutsOf(arn)).toMatchObject([{ state: 'cancelled' }]);
  });
});

describe('a false event', () => {
  it('changes nothing, since the key is checked with KMS', async () => {
    const { arn, database } = await keyed();
    const about = async () =>
      (await platform.entries()).filter(({ subject }) => subject.keyId === database.key?.id && !subject.databaseId);
    const before = await about();

    await platform.cloud.invoke('latchkey-local-onKeyChanged', {
      id: 'forged',
      source: 'aws.kms',
      'detail-type': 'AWS API Call via CloudTrail',
      account: customerAccount,
      time: new Date().toISOString(),
      resources: [arn],
      detail: { eventName: 'DisableKey' },
    });

    expect(await lockoutsOf(arn)).toEqual([]);
    expect(await about()).toEqual(before);
  });
});
