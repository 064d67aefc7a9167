/**
 * A right to use keys that our own role lacks is not the customer's refusal: the key is `unknown`, no lockout opens,
 * nothing stops, and the operators see why. What the customer withdraws is still noticed, by functions with the right.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { customerAccount } from '#local/accounts.ts';
import { aServingDatabase, type LockoutResponse, lockoutIn } from '#test/integration/api/preconditions.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { withoutRight } from '#test/support/template.ts';
import { until } from '#test/support/when.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform({
    change: (template) =>
      ['apiKeys', 'onSweep'].reduce((changed, key) => withoutRight(changed, key, 'keys:probe'), template),
  });
});
afterAll(() => platform.close());

const lockoutsOf = async (arn: string) =>
  (await platform.ask<{ items: LockoutResponse[] }>('GET /v1/lockouts')).body.items.filter(
    ({ key }) => key.arn === arn,
  );
const keyNamed = async (arn: string) =>
  (await platform.ask<{ items: { id: string; status: string; check: { cause: string } }[] }>(`GET /v1/keys?arn=${arn}`))
    .body.items[0];

describe('without keys:probe', () => {
  it('a registration is 503, registers nothing, and does not blame the key', async () => {
    const arn = await platform.keyOfCustomer();

    const { status, body } = await platform.ask('POST /v1/keys', { body: { arn } });

    expect({ status, type: body.type }).toEqual({ status: 503, type: expect.stringMatching(/\/unavailable$/) });
    expect(body.detail).toContain('Nothing is wrong with the key');
    expect(platform.refused()).toContain(`apiKeys: kms:Decrypt on ${arn}`);
    expect(await keyNamed(arn)).toBeUndefined();
  });

  it('the sweep stops nothing and alerts the operators, and the stripped policy of a key still locks out', async () => {
    const arn = await platform.keyOfCustomer();
    const database = await aServingDatabase(platform, { key: arn });

    await until('the alert', () =>
      platform.published.find((text) => text.includes('KeyCheckUnanswered') && text.includes(arn)),
    );
    await platform.ask(`POST /v1/keys/${database.key?.id}/checks`);

    expect(await keyNamed(arn)).toMatchObject({ status: 'unknown', check: { cause: 'platform_permission_missing' } });
    expect(await lockoutsOf(arn)).toEqual([]);
    expect((await platform.ask(`GET /v1/databases/${database.id}`)).body).toMatchObject({ status: 'available' });
    const logged = platform.logged.filter((line) => line.includes('Our own policies refuse a call of KMS'));
    expect(logged.join()).toContain('because no identity-based policy allows the kms:Decrypt action');

    const owner = { AWS: `arn:aws:iam::${customerAccount}:root` };
    const Statement = [{ Sid: 'Owner', Effect: 'Allow', Principal: owner, Action: 'kms:*', Resource: '*' }];
    await platform.kms('PutKeyPolicy', { KeyId: arn, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });

    expect((await lockoutIn(platform, arn, 'stopped')).cause).toBe('access_denied');
  });
});
