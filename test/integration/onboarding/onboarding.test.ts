/** A customer's account, from the template to events about its key. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { customerAccount } from '#local/accounts.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { deployedPart, type Template } from '#test/support/cloudformation.ts';
import { until } from '#test/support/when.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

interface OnboardingTemplate extends Template {
  readonly Resources: {
    readonly Key: { readonly Properties: { readonly KeyPolicy: unknown } };
    readonly CallsRule: { readonly Properties: { readonly Targets: readonly [{ readonly Arn: string }] } };
  };
}

/** The key's policy, as CloudFormation deploys it with these parameters. */
function policyIn(template: OnboardingTemplate, parameters: Readonly<Record<string, string>> = {}): string {
  const values = { 'AWS::AccountId': customerAccount, ...parameters };
  return JSON.stringify(deployedPart(template, template.Resources.Key.Properties.KeyPolicy, { values }));
}
const templateOf = async () => (await platform.ask<OnboardingTemplate>('GET /v1/onboarding-template')).body;

async function statusOf(arn: string) {
  const { items } = (await platform.ask<{ items: { arn: string; status: string }[] }>('GET /v1/keys')).body;
  return items.find((key) => key.arn === arn)?.status;
}

const ignoredOf = async (arn: string) =>
  (await platform.entries())
    .filter(({ type, data }) => type === 'KeyEventIgnored' && data.arn === arn)
    .map(({ data }) => data);

describe('the template for a customer’s account', () => {
  it('is public, and bound to the team of a request’s token', async () => {
    const anybodys = await platform.ask<OnboardingTemplate>('GET /v1/onboarding-template', { token: null });
    expect(anybodys.status).toBe(200);
    expect(anybodys.body.Parameters.LatchkeyTeam).not.toHaveProperty('Default');

    const own = await platform.ask<OnboardingTemplate>('GET /v1/onboarding-template');
    expect(own.body.Parameters.LatchkeyTeam?.Default).toBe(platform.teamId);

    const { cloud } = platform;
    expect(own.body.Resources.CallsRule.Properties.Targets[0].Arn).toBe(
      `arn:aws:events:us-east-1:${cloud.accounts.platform}:event-bus/${cloud.environment.EVENT_BUS_NAME}`,
    );
  });

  it('makes a key that is proven to be the team’s, and of no other', async () => {
    const template = await templateOf();
    const own = await platform.keyOfCustomer({ Policy: policyIn(template) });
    const registered = await platform.ask<{ status: string; check: { ownership: string; fixes: unknown[] } }>(
      'POST /v1/keys',
      {
        body: { arn: own },
      },
    );
    expect(registered.status).toBe(201);
    expect(registered.body).toMatchObject({ status: 'usable', check: { ownership: 'proven', fixes: [] } });

    const others = await platform.keyOfCustomer({
      Policy: policyIn(template, { LatchkeyTeam: 'team_01k9vafd3zq8w5n4m2xj7ht6rz' }),
    });
    expect((await platform.ask('POST /v1/keys', { body: { arn: others } })).status).toBe(422);
  });
});

describe('the guard against deletion', () => {
  const isDenied = { code: 'AccessDeniedException', message: expect.stringContaining('with an explicit deny') };
  const usable = async (arn: string) => {
    const registered = await platform.ask<{ status: string }>('POST /v1/keys', { body: { arn } });
    expect(registered.body).toMatchObject({ status: 'usable' });
  };

  it('is off by default: the owner can schedule the deletion of a key in use', async () => {
    const arn = await platform.keyOfCustomer({ Policy: policyIn(await templateOf()) });
    await usable(arn);
    expect(await platform.kms('ScheduleKeyDeletion', { KeyId: arn })).toMatchObject({ KeyState: 'PendingDeletion' });
  });

  it('refuses the deletion of a key that Latchkey uses, and lets its owner turn it off and on', async () => {
    const arn = await platform.keyOfCustomer({ Policy: policyIn(await templateOf(), { DeletionGuardDays: '30' }) });
    await usable(arn);

    await expect(platform.kms('ScheduleKeyDeletion', { KeyId: arn })).rejects.toMatchObject(isDenied);
    await platform.kms('DisableKey', { KeyId: arn });
    await expect(platform.kms('ScheduleKeyDeletion', { KeyId: arn })).rejects.toMatchObject(isDenied);

    await until('the key is known to be disabled', async () => (await statusOf(arn)) === 'unusable');
    await platform.kms('EnableKey', { KeyId: arn });
    await until('the key is known to be enabled', async () => (await statusOf(arn)) === 'usable');
  });
});

describe('events about a registered key', () => {
  it('that come from another account are on record, and change nothing', async () => {
    const arn = await platform.keyOfCustomer();
    await platform.ask('POST /v1/keys', { body: { arn } });
    await platform.kms('DisableKey', { KeyId: arn }, '999999999999').catch(() => undefined);
    const event = {
      id: 'forged',
      source: 'aws.kms',
      'detail-type': 'KMS CMK Deletion',
      account: '999999999999',
      time: '2026-11-24T11:00:00Z',
      resources: [arn],
      detail: {},
    };
    const listener = platform.cloud.stack.functions.find(({ arn: own }) => own.endsWith('onKeyChanged'))?.arn ?? '';

    for (let count = 0; count < 3; count += 1) await platform.cloud.invoke(listener, event);

    expect(await ignoredOf(arn)).toEqual([
      { arn, account: '999999999999', name: 'KMS CMK Deletion', reason: 'foreign_account' },
    ]);

    expect(await statusOf(arn)).toBe('usable');
  });

  it('that come from its own account have it observed', async () => {
    const arn = await platform.keyOfCustomer();
    await platform.ask('POST /v1/keys', { body: { arn } });
    await platform.kms('DisableKey', { KeyId: arn });

    await until('the key is known to be disabled', async () => (await statusOf(arn)) === 'unusable');

    expect(await ignoredOf(arn)).toEqual([]);
  });
});
