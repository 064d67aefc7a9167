/** The sweep notices changes of keys without any event. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { customerAccount } from '#local/accounts.ts';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { stopForwarding } from '#test/support/customer.ts';
import { anImportedKey, importMaterial } from '#test/support/imported-key.ts';
import { until } from '#test/support/when.ts';
import { aServingDatabase, type DatabaseResponse, type LockoutResponse, lockoutIn } from './preconditions.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
  await stopForwarding(platform);
});
afterAll(() => platform.close());

const statusOf = async ({ id }: DatabaseResponse) =>
  (await platform.ask<DatabaseResponse>(`GET /v1/databases/${id}`)).body.status;
const lockoutsOf = async (arn: string) =>
  (await platform.ask<{ items: LockoutResponse[] }>('GET /v1/lockouts')).body.items.filter(
    (each) => each.key.arn === arn,
  );

describe('without any event', () => {
  it('the sweep notices that a key is off, and that it is on again', async () => {
    const arn = await platform.keyOfCustomer();
    const database = await aServingDatabase(platform, { key: arn });

    await platform.kms('DisableKey', { KeyId: arn });

    expect((await lockoutIn(platform, arn, 'stopped')).noticedBy).toBe('sweep');
    expect(await statusOf(database)).toBe('stopped');

    await platform.kms('EnableKey', { KeyId: arn });
    await lockoutIn(platform, arn, 'restored');

    expect(await statusOf(database)).toBe('available');
  });

  it.each([
    ['a policy without us', 'access_denied'],
    ['a deletion that is scheduled', 'deletion_scheduled'],
  ] as const)('the sweep tells %s apart, and undoing it restores', async (what, cause) => {
    const arn = await platform.keyOfCustomer();
    await aServingDatabase(platform, { key: arn });
    const Policy = String((await platform.kms('GetKeyPolicy', { KeyId: arn })).Policy);
    const root = {
      Sid: 'Owner',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${customerAccount}:root` },
      Action: 'kms:*',
      Resource: '*',
    };
    if (cause === 'access_denied') {
      await platform.kms('PutKeyPolicy', {
        KeyId: arn,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: [root] }),
      });
    } else await platform.kms('ScheduleKeyDeletion', { KeyId: arn, PendingWindowInDays: 7 });

    expect(`${what}: ${(await lockoutIn(platform, arn, 'stopped')).cause}`).toBe(`${what}: ${cause}`);

    if (cause === 'access_denied') await platform.kms('PutKeyPolicy', { KeyId: arn, Policy });
    else {
      await platform.kms('CancelKeyDeletion', { KeyId: arn });
      expect((await lockoutsOf(arn))[0]?.state).toBe('stopped');
      await platform.kms('EnableKey', { KeyId: arn });
    }
    await lockoutIn(platform, arn, 'restored');
  });
});

describe('imported key material', () => {
  it('that runs out by its date opens a lockout, and importing the same again restores', async () => {
    const key = await anImportedKey(platform);
    const database = await aServingDatabase(platform, { key: key.arn });

    // At this speed of 600, half an hour passes in three seconds.
    await importMaterial(platform, key, Date.now() + 30 * 60_000);
    const { KeyMetadata } = await platform.kms('DescribeKey', { KeyId: key.arn });
    expect(KeyMetadata).toMatchObject({ KeyState: 'Enabled', ExpirationModel: 'KEY_MATERIAL_EXPIRES' });

    expect((await lockoutIn(platform, key.arn, 'stopped')).cause).toBe('material_expired');
    expect(await statusOf(database)).toBe('stopped');
    await importMaterial(platform, key);
    await lockoutIn(platform, key.arn, 'restored');
    expect(await statusOf(database)).toBe('available');
  });
});

/** A key in a custom key store, with the calls that take it away and bring it back. */
async function aKeyInAStore() {
  const { CustomKeyStoreId } = await platform.kms('CreateCustomKeyStore', {
    CustomKeyStoreName: 'own-hsm',
    CloudHsmClusterId: 'cluster-1a23b4cdefg',
    TrustAnchorCertificate: '-----BEGIN CERTIFICATE-----',
    KeyStorePassword: 'kmsPswd',
  });
  const connect = () => platform.kms('ConnectCustomKeyStore', { CustomKeyStoreId });
  await connect();
  const arn = await platform.keyOfCustomer({ Origin: 'AWS_CLOUDHSM', CustomKeyStoreId });
  return { arn, lose: () => platform.kms('DisconnectCustomKeyStore', { CustomKeyStoreId }), restore: connect };
}

async function aThrottledKey() {
  const arn = await platform.keyOfCustomer();
  const { simulate } = platform.cloud.kms;
  return { arn, lose: async () => simulate(arn, 'throttled'), restore: async () => simulate(arn, null) };
}

describe('no response from KMS', () => {
  it.each([
    ['is throttled', aThrottledKey, 'kms_unreachable'],
    ['has a disconnected key store', aKeyInAStore, 'key_store_unavailable'],
  ] as const)('for a key that %s stops nothing: it raises KeyCheckUnanswered, and passes', async (_, given, cause) => {
    const { arn, lose, restore } = await given();
    const database = await aServingDatabase(platform, { key: arn });
    await lose();
    const keyId = database.key?.id ?? '';
    const types = async () =>
      (await platform.entries()).filter(({ subject }) => subject.keyId === keyId).map(({ type }) => type);
    await until('the alert', async () => (await types()).includes('KeyCheckUnanswered'));
    for (let checks = 0; checks < 2; checks++)
      expect((await platform.ask(`POST /v1/keys/${keyId}/checks`)).body).toMatchObject({
        status: 'unknown',
        lockout: null,
        check: { cause },
      });
    expect(await lockoutsOf(arn)).toEqual([]);
    expect(await statusOf(database)).toBe('available');
    expect(platform.published.some((text) => text.includes('KeyCheckUnanswered') && text.includes(arn))).toBe(true);

    await restore();
    await until('KMS is believed again', async () => (await types()).includes('KeyBecameUsable'));
    expect((await types()).filter((type) => type === 'KeyCheckUnanswered')).toHaveLength(1);
  });
});
