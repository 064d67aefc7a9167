/** Imported key material, custom key stores and the last use of a key, as the AWS SDK sees them. */
import { randomBytes } from 'node:crypto';
import {
  ConnectCustomKeyStoreCommand,
  CreateCustomKeyStoreCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  CustomKeyStoreHasCMKsException,
  CustomKeyStoreInvalidStateException,
  DecryptCommand,
  DeleteCustomKeyStoreCommand,
  DeleteImportedKeyMaterialCommand,
  DescribeCustomKeyStoresCommand,
  DescribeKeyCommand,
  DisconnectCustomKeyStoreCommand,
  EncryptCommand,
  ExpiredImportTokenException,
  GetKeyLastUsageCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  type ImportKeyMaterialCommandInput,
  IncorrectKeyMaterialException,
  InvalidCiphertextException,
  InvalidImportTokenException,
  type KMSClient,
  KMSInvalidStateException,
  type WrappingKeySpec,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accessKey, customerAccount } from '../../test-support/accounts.ts';
import { type WrappingAlgorithm, wrapped } from '../../test-support/key-material.ts';
import { type KmsWorld, openKmsWorld } from './kms-world.ts';

let world: KmsWorld;
let owner: KMSClient;
beforeAll(async () => {
  world = await openKmsWorld();
  owner = world.client(accessKey(customerAccount));
});
afterAll(() => world.close());

const Plaintext = Buffer.from('secret');
const metadataOf = async (KeyId: string) => (await owner.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
const newKey = async (input: CreateKeyCommandInput) =>
  (await owner.send(new CreateKeyCommand(input))).KeyMetadata?.Arn ?? '';

interface Given {
  readonly material: Buffer;
  readonly algorithm?: WrappingAlgorithm;
  readonly spec?: WrappingKeySpec;
}

async function importRequest(KeyId: string, { material, algorithm = 'RSAES_OAEP_SHA_256', spec = 'RSA_2048' }: Given) {
  const request = new GetParametersForImportCommand({ KeyId, WrappingAlgorithm: algorithm, WrappingKeySpec: spec });
  const { ImportToken, PublicKey = new Uint8Array(), ParametersValidTo } = await owner.send(request);
  expect(ParametersValidTo).toBeInstanceOf(Date);
  return { KeyId, ImportToken, EncryptedKeyMaterial: wrapped(material, PublicKey, algorithm) };
}
const imports = (input: ImportKeyMaterialCommandInput) => owner.send(new ImportKeyMaterialCommand(input));
const lasting = { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' } as const;
const inDays = (days: number) => new Date(world.now().getTime() + days * 86_400_000);

describe('imported key material', () => {
  it.each<[WrappingAlgorithm, WrappingKeySpec]>([
    ['RSAES_OAEP_SHA_1', 'RSA_2048'],
    ['RSAES_OAEP_SHA_256', 'RSA_3072'],
    ['RSA_AES_KEY_WRAP_SHA_256', 'RSA_4096'],
  ])('under %s with %s expires, and opens the same ciphertext when it is back', async (algorithm, spec) => {
    const KeyId = await newKey({ Origin: 'EXTERNAL' });
    const given = { material: randomBytes(32), algorithm, spec };
    await imports({ ...(await importRequest(KeyId, given)), ValidTo: inDays(7) });
    const { CiphertextBlob } = await owner.send(new EncryptCommand({ KeyId, Plaintext }));
    expect(await metadataOf(KeyId)).toMatchObject({ KeyState: 'Enabled', ValidTo: expect.any(Date) });

    world.passDays(8);

    await expect(owner.send(new DecryptCommand({ CiphertextBlob }))).rejects.toBeInstanceOf(KMSInvalidStateException);
    expect(await metadataOf(KeyId)).toMatchObject({ KeyState: 'PendingImport' });
    await imports({ ...(await importRequest(KeyId, given)), ...lasting });
    const opened = await owner.send(new DecryptCommand({ CiphertextBlob }));
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext);
  });

  it('is refused with the class of each error', async () => {
    const material = randomBytes(32);
    const KeyId = await newKey({ Origin: 'EXTERNAL' });
    const other = await newKey({ Origin: 'EXTERNAL' });
    const request = { ...(await importRequest(KeyId, { material })), ...lasting };

    await expect(imports({ ...request, KeyId: other })).rejects.toBeInstanceOf(InvalidImportTokenException);
    const { ImportToken } = await importRequest(KeyId, { material });
    await expect(imports({ ...request, ImportToken })).rejects.toBeInstanceOf(InvalidCiphertextException);
    await imports(request);
    await owner.send(new DeleteImportedKeyMaterialCommand({ KeyId }));
    const changed = { ...(await importRequest(KeyId, { material: randomBytes(32) })), ...lasting };
    await expect(imports(changed)).rejects.toBeInstanceOf(IncorrectKeyMaterialException);
    world.passDays(1);
    await expect(imports(request)).rejects.toBeInstanceOf(ExpiredImportTokenException);
  });
});

it('a key in a custom key store is unavailable while that is disconnected', async () => {
  const { CustomKeyStoreId = '' } = await owner.send(
    new CreateCustomKeyStoreCommand({
      CustomKeyStoreName: 'own-hsm',
      CloudHsmClusterId: 'cluster-1a23b4cdefg',
      TrustAnchorCertificate: '-----BEGIN CERTIFICATE-----',
      KeyStorePassword: 'kmsPswd',
    }),
  );
  const inStore = { CustomKeyStoreId, Origin: 'AWS_CLOUDHSM' } as const;
  await expect(newKey(inStore)).rejects.toBeInstanceOf(CustomKeyStoreInvalidStateException);
  await owner.send(new ConnectCustomKeyStoreCommand({ CustomKeyStoreId }));
  const KeyId = await newKey(inStore);
  await owner.send(new EncryptCommand({ KeyId, Plaintext }));

  await owner.send(new DisconnectCustomKeyStoreCommand({ CustomKeyStoreId }));

  await expect(owner.send(new EncryptCommand({ KeyId, Plaintext }))).rejects.toBeInstanceOf(KMSInvalidStateException);
  expect(await metadataOf(KeyId)).toMatchObject({ KeyState: 'Unavailable', CustomKeyStoreId });
  const { CustomKeyStores } = await owner.send(new DescribeCustomKeyStoresCommand({ CustomKeyStoreId }));
  expect(CustomKeyStores).toMatchObject([{ ConnectionState: 'DISCONNECTED', CreationDate: expect.any(Date) }]);
  await expect(owner.send(new DeleteCustomKeyStoreCommand({ CustomKeyStoreId }))).rejects.toBeInstanceOf(
    CustomKeyStoreHasCMKsException,
  );
});

it('the last use of a key has its operation, its time and its request', async () => {
  const KeyId = await newKey({});
  expect((await owner.send(new GetKeyLastUsageCommand({ KeyId }))).KeyLastUsage).toEqual({});
  const { $metadata } = await owner.send(new EncryptCommand({ KeyId, Plaintext }));
  expect(await owner.send(new GetKeyLastUsageCommand({ KeyId }))).toMatchObject({
    KeyLastUsage: { Operation: 'Encrypt', Timestamp: expect.any(Date), KmsRequestId: $metadata.requestId },
    TrackingStartDate: expect.any(Date),
  });
});
