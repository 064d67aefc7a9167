/** Custom key stores: their states, and the keys in a store that is disconnected. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, aBench, type Bench, base64, owner, stranger } from './fixture.ts';

const cluster = {
  CloudHsmClusterId: 'cluster-1a23b4cdefg',
  TrustAnchorCertificate: '-----BEGIN CERTIFICATE-----',
  KeyStorePassword: 'kmsPswd',
};
const proxy = {
  CustomKeyStoreType: 'EXTERNAL_KEY_STORE',
  XksProxyUriEndpoint: 'https://proxy.example.com',
  XksProxyUriPath: '/tenant/kms/xks/v1',
  XksProxyConnectivity: 'PUBLIC_ENDPOINT',
  XksProxyAuthenticationCredential: { AccessKeyId: 'ABCDE12345670EXAMPLE', RawSecretAccessKey: 'x'.repeat(43) },
};

let bench: Bench;
let call: ReturnType<Bench['as']>;
beforeEach(async () => {
  bench = await aBench();
  call = bench.as(owner);
});
afterEach(() => bench.close());

async function storeOf(backend: Answer, CustomKeyStoreName = 'own-hsm') {
  const { CustomKeyStoreId } = await call('CreateCustomKeyStore', { CustomKeyStoreName, ...backend });
  return String(CustomKeyStoreId);
}
async function connectedStore(backend: Answer = cluster) {
  const CustomKeyStoreId = await storeOf(backend);
  await call('ConnectCustomKeyStore', { CustomKeyStoreId });
  return CustomKeyStoreId;
}
const keyIn = (CustomKeyStoreId: string, input: Answer = {}) =>
  bench.key({ CustomKeyStoreId, Origin: 'AWS_CLOUDHSM', ...input });
const metadataOf = async (KeyId: string) => (await call('DescribeKey', { KeyId })).KeyMetadata as Answer;
const encrypt = (KeyId: string) => call('Encrypt', { KeyId, Plaintext: base64('secret') });

describe('a custom key store', () => {
  it('starts disconnected, and is found by id and by name', async () => {
    const CustomKeyStoreId = await storeOf(cluster);
    expect(CustomKeyStoreId).toMatch(/^cks-[0-9a-f]{17}$/);
    const described = {
      CustomKeyStoreId,
      CustomKeyStoreName: 'own-hsm',
      CustomKeyStoreType: 'AWS_CLOUDHSM',
      ConnectionState: 'DISCONNECTED',
      CreationDate: Date.parse('2026-01-01T00:00:00Z') / 1000,
      CloudHsmClusterId: cluster.CloudHsmClusterId,
      TrustAnchorCertificate: cluster.TrustAnchorCertificate,
    };
    for (const filter of [{}, { CustomKeyStoreId }, { CustomKeyStoreName: 'own-hsm' }])
      expect(await call('DescribeCustomKeyStores', filter)).toEqual({ CustomKeyStores: [described], Truncated: false });
    const notFound = { code: 'CustomKeyStoreNotFoundException' };
    await expect(call('DescribeCustomKeyStores', { CustomKeyStoreName: 'other' })).rejects.toMatchObject(notFound);
    await expect(bench.as(stranger)('ConnectCustomKeyStore', { CustomKeyStoreId })).rejects.toMatchObject(notFound);
    await expect(bench.as(owner, 'eu-west-1')('ConnectCustomKeyStore', { CustomKeyStoreId })).rejects.toMatchObject(
      notFound,
    );
  });

  it('shows no secret of its proxy', async () => {
    await storeOf(proxy);
    const response = await call('DescribeCustomKeyStores');
    expect(response).toMatchObject({
      CustomKeyStores: [
        { XksProxyConfiguration: { AccessKeyId: 'ABCDE12345670EXAMPLE', UriEndpoint: proxy.XksProxyUriEndpoint } },
      ],
    });
    expect(JSON.stringify(response)).not.toContain('x'.repeat(43));
  });

  it.each<[string, Answer, string]>([
    [
      'a name in use',
      { CustomKeyStoreName: 'own-hsm', CloudHsmClusterId: 'cluster-other000000' },
      'CustomKeyStoreNameInUseException',
    ],
    ['a cluster in use', { CustomKeyStoreName: 'second' }, 'CloudHsmClusterInUseException'],
    ['no cluster', { CustomKeyStoreName: 'second', CloudHsmClusterId: undefined }, 'ValidationException'],
    [
      'no credential of a proxy',
      { ...proxy, CustomKeyStoreName: 'second', XksProxyAuthenticationCredential: undefined },
      'ValidationException',
    ],
  ])('is refused with %s', async (_, input, code) => {
    await storeOf(cluster);
    await expect(call('CreateCustomKeyStore', { ...cluster, ...input })).rejects.toMatchObject({ code });
  });

  it('can be deleted when it is disconnected and empty', async () => {
    const CustomKeyStoreId = await connectedStore();
    const KeyId = await keyIn(CustomKeyStoreId);
    const invalid = { code: 'CustomKeyStoreInvalidStateException' };
    await expect(call('DeleteCustomKeyStore', { CustomKeyStoreId })).rejects.toMatchObject(invalid);
    await call('DisconnectCustomKeyStore', { CustomKeyStoreId });
    await expect(call('DisconnectCustomKeyStore', { CustomKeyStoreId })).rejects.toMatchObject(invalid);
    await expect(call('DeleteCustomKeyStore', { CustomKeyStoreId })).rejects.toMatchObject({
      code: 'CustomKeyStoreHasCMKsException',
    });
    await call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
    bench.passDays(7);
    expect(await call('DeleteCustomKeyStore', { CustomKeyStoreId })).toEqual({});
    expect(await call('DescribeCustomKeyStores')).toMatchObject({ CustomKeyStores: [] });
  });
});

describe('a key in a custom key store', () => {
  it('names its store and its cluster or external key', async () => {
    const inCluster = await keyIn(await connectedStore());
    expect(await metadataOf(inCluster)).toMatchObject({
      ...{ Origin: 'AWS_CLOUDHSM', KeyState: 'Enabled', CloudHsmClusterId: cluster.CloudHsmClusterId },
      CustomKeyStoreId: expect.stringMatching(/^cks-/),
    });
    const external = await storeOf(proxy, 'vault');
    await call('ConnectCustomKeyStore', { CustomKeyStoreId: external });
    const outside = { Origin: 'EXTERNAL_KEY_STORE', XksKeyId: 'bb8562717f809024' };
    expect(await metadataOf(await keyIn(external, outside))).toMatchObject({
      XksKeyConfiguration: { Id: 'bb8562717f809024' },
    });
    await expect(keyIn(external, outside)).rejects.toMatchObject({ code: 'XksKeyAlreadyInUseException' });
  });

  it('is unavailable while the store is disconnected, whether enabled or disabled', async () => {
    const CustomKeyStoreId = await connectedStore();
    const KeyId = await keyIn(CustomKeyStoreId);
    const { CiphertextBlob } = await encrypt(KeyId);

    await call('DisconnectCustomKeyStore', { CustomKeyStoreId });

    const unavailable = { code: 'KMSInvalidStateException', message: `${KeyId} is unavailable.` };
    await expect(encrypt(KeyId)).rejects.toMatchObject(unavailable);
    await expect(call('Decrypt', { CiphertextBlob })).rejects.toMatchObject(unavailable);
    expect(await metadataOf(KeyId)).toMatchObject({ KeyState: 'Unavailable', Enabled: false });
    await call('DisableKey', { KeyId });
    expect(await metadataOf(KeyId)).toMatchObject({ KeyState: 'Unavailable' });

    const after = await bench.reopened();
    await expect(after.as(owner)('Encrypt', { KeyId, Plaintext: base64('x') })).rejects.toMatchObject(unavailable);
    await after.kms.close();
    await call('ConnectCustomKeyStore', { CustomKeyStoreId });
    expect(await metadataOf(KeyId)).toMatchObject({ KeyState: 'Disabled' });
    await call('EnableKey', { KeyId });
    expect(await call('Decrypt', { CiphertextBlob })).toMatchObject({ Plaintext: base64('secret') });
  });

  it('shows that it is pending deletion, and not that it is unavailable', async () => {
    const CustomKeyStoreId = await connectedStore();
    const KeyId = await keyIn(CustomKeyStoreId);
    await call('DisconnectCustomKeyStore', { CustomKeyStoreId });
    await call('ScheduleKeyDeletion', { KeyId });
    expect(await metadataOf(KeyId)).toMatchObject({ KeyState: 'PendingDeletion' });
  });

  it('takes no imported material, and does not rotate', async () => {
    const KeyId = await keyIn(await connectedStore());
    const wrapping = { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' };
    for (const [operation, input] of [
      ['GetParametersForImport', wrapping],
      ['EnableKeyRotation', {}],
      ['RotateKeyOnDemand', {}],
    ] as const)
      await expect(call(operation, { KeyId, ...input })).rejects.toMatchObject({
        code: 'UnsupportedOperationException',
      });
  });

  it.each<[string, Answer, string]>([
    ['a store that there is not', { CustomKeyStoreId: 'cks-00000000000000000' }, 'CustomKeyStoreNotFoundException'],
    ['another origin than the store’s', { Origin: 'AWS_KMS' }, 'ValidationException'],
    ['several Regions', { MultiRegion: true }, 'UnsupportedOperationException'],
    ['a key pair', { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }, 'UnsupportedOperationException'],
    ['an external key', { XksKeyId: 'bb8562717f809024' }, 'UnsupportedOperationException'],
  ])('is not created with %s', async (_, input, code) => {
    await expect(keyIn(await connectedStore(), input)).rejects.toMatchObject({ code });
  });

  it('is not created in a store that is not connected, or outside one with a store’s origin', async () => {
    await expect(keyIn(await storeOf(cluster))).rejects.toMatchObject({ code: 'CustomKeyStoreInvalidStateException' });
    await expect(bench.key({ Origin: 'EXTERNAL_KEY_STORE' })).rejects.toMatchObject({ code: 'ValidationException' });
  });
});
