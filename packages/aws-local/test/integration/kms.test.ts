/** KMS as the AWS SDK sees it, over HTTP. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  AlreadyExistsException,
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisabledException,
  DisableKeyCommand,
  DryRunOperationException,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  IncorrectKeyException,
  InvalidArnException,
  InvalidCiphertextException,
  InvalidGrantTokenException,
  InvalidKeyUsageException,
  InvalidMarkerException,
  type KMSClient,
  KMSInvalidSignatureException,
  KMSInvalidStateException,
  ListGrantsCommand,
  ListKeysCommand,
  MalformedPolicyDocumentException,
  NotFoundException,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  TagException,
  TagResourceCommand,
  UnsupportedOperationException,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  accessKey,
  customerAccount,
  dataPlaneAccessKey,
  dataPlaneRole,
  platformAccount,
} from '../../test-support/accounts.ts';
import { type KmsWorld, openKmsWorld } from './kms-world.ts';

let world: KmsWorld;
let owner: KMSClient;
let platform: KMSClient;
let dataPlane: KMSClient;

beforeAll(async () => {
  world = await openKmsWorld();
  owner = world.client(accessKey(customerAccount));
  platform = world.client(accessKey(platformAccount));
  dataPlane = world.client(dataPlaneAccessKey);
});
afterAll(() => world.close());

const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${customerAccount}:root` }, Action: 'kms:*', Resource: '*' },
    {
      Effect: 'Allow',
      Principal: { AWS: platformAccount },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Principal: { AWS: platformAccount },
      Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'],
      Resource: '*',
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
  ],
});

async function createdKey(input: ConstructorParameters<typeof CreateKeyCommand>[0] = {}): Promise<string> {
  const { KeyMetadata } = await owner.send(new CreateKeyCommand(input));
  return KeyMetadata?.Arn ?? '';
}

const secret = Buffer.from('secret');

describe('the SDK against KMS', () => {
  it('follows a key through its life', async () => {
    const KeyId = await createdKey({ Policy: policy, Description: 'heroku-data-test' });
    const { KeyMetadata } = await platform.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({
      Arn: KeyId,
      KeyState: 'Enabled',
      CreationDate: expect.any(Date),
      Description: 'heroku-data-test',
    });

    const EncryptionContext = { team: 'acme' };
    const wrapped = await platform.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }));
    const unwrapped = await platform.send(
      new DecryptCommand({ CiphertextBlob: wrapped.CiphertextBlob, EncryptionContext }),
    );
    expect(unwrapped.Plaintext).toEqual(wrapped.Plaintext);

    await owner.send(new DisableKeyCommand({ KeyId }));
    const disabled = platform.send(new DecryptCommand({ CiphertextBlob: wrapped.CiphertextBlob, EncryptionContext }));
    await expect(disabled).rejects.toBeInstanceOf(DisabledException);
    await expect(disabled).rejects.toMatchObject({ message: `${KeyId} is disabled.` });

    await owner.send(new EnableKeyCommand({ KeyId }));
    const { DeletionDate } = await owner.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    expect(DeletionDate).toBeInstanceOf(Date);
    await expect(platform.send(new EncryptCommand({ KeyId, Plaintext: secret }))).rejects.toBeInstanceOf(
      KMSInvalidStateException,
    );
    await owner.send(new CancelKeyDeletionCommand({ KeyId }));
    await expect(platform.send(new EncryptCommand({ KeyId, Plaintext: secret }))).rejects.toBeInstanceOf(
      DisabledException,
    );
  });

  it('grants only as an AWS service, where the policy says so', async () => {
    const KeyId = await createdKey({ Policy: policy });
    const grant = {
      KeyId,
      GranteePrincipal: dataPlaneRole,
      RetiringPrincipal: dataPlaneRole,
      Operations: ['Decrypt' as const],
    };
    await expect(platform.send(new CreateGrantCommand(grant))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(dataPlane.send(new CreateGrantCommand({ ...grant, DryRun: true }))).rejects.toBeInstanceOf(
      DryRunOperationException,
    );
    const { GrantId, GrantToken } = await dataPlane.send(new CreateGrantCommand(grant));
    const { Grants } = await dataPlane.send(new ListGrantsCommand({ KeyId }));
    expect(Grants).toEqual([
      expect.objectContaining({ GrantId, GranteePrincipal: dataPlaneRole, CreationDate: expect.any(Date) }),
    ]);
    await dataPlane.send(new RetireGrantCommand({ GrantToken }));
    expect((await owner.send(new ListGrantsCommand({ KeyId }))).Grants).toEqual([]);
  });

  it('signs a digest, and verifies without KMS and with it', async () => {
    const KeyId = await createdKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    const Message = createHash('sha256').update(secret).digest();
    const request = { KeyId, Message, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' } as const;
    const { Signature = new Uint8Array() } = await owner.send(new SignCommand(request));
    const { PublicKey = new Uint8Array() } = await owner.send(new GetPublicKeyCommand({ KeyId }));
    const publicKey = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
    expect(verify('sha256', secret, publicKey, Signature)).toBe(true);
    expect(await owner.send(new VerifyCommand({ ...request, Signature }))).toMatchObject({ SignatureValid: true });
    const other = Signature.with(-1, (Signature.at(-1) ?? 0) ^ 1);
    await expect(owner.send(new VerifyCommand({ ...request, Signature: other }))).rejects.toBeInstanceOf(
      KMSInvalidSignatureException,
    );
  });

  it('gets each error as its own class', async () => {
    const KeyId = await createdKey();
    const other = await createdKey();
    const signing = await createdKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    const { CiphertextBlob } = await owner.send(new EncryptCommand({ KeyId, Plaintext: secret }));
    await owner.send(new CreateAliasCommand({ AliasName: 'alias/taken', TargetKeyId: KeyId }));
    const cases: [Promise<unknown>, abstract new (...given: never[]) => Error][] = [
      [owner.send(new DescribeKeyCommand({ KeyId: 'alias/none' })), NotFoundException],
      [owner.send(new DescribeKeyCommand({ KeyId: 'arn:aws:s3:::bucket' })), InvalidArnException],
      [owner.send(new DecryptCommand({ CiphertextBlob, KeyId: other })), IncorrectKeyException],
      [owner.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { a: 'b' } })), InvalidCiphertextException],
      [owner.send(new EncryptCommand({ KeyId: signing, Plaintext: secret })), InvalidKeyUsageException],
      [owner.send(new EncryptCommand({ KeyId, Plaintext: secret, GrantTokens: ['x'] })), InvalidGrantTokenException],
      [owner.send(new EncryptCommand({ KeyId, Plaintext: secret, DryRun: true })), DryRunOperationException],
      [owner.send(new PutKeyPolicyCommand({ KeyId, Policy: '{' })), MalformedPolicyDocumentException],
      [owner.send(new EnableKeyRotationCommand({ KeyId: signing })), UnsupportedOperationException],
      [owner.send(new CreateAliasCommand({ AliasName: 'alias/taken', TargetKeyId: KeyId })), AlreadyExistsException],
      [owner.send(new ListKeysCommand({ Marker: 'x' })), InvalidMarkerException],
      [owner.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'aws:x', TagValue: '' }] })), TagException],
    ];
    for (const [response, errorClass] of cases) await expect(response).rejects.toBeInstanceOf(errorClass);
  });

  it('gets the errors that KMS does not declare by their names', async () => {
    const KeyId = await createdKey();
    await expect(platform.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(owner.send(new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(4097) }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    const mac = new GenerateMacCommand({ KeyId, Message: secret, MacAlgorithm: 'HMAC_SHA_256' });
    await expect(owner.send(mac)).rejects.toMatchObject({ name: 'UnknownOperationException' });
    world.kms.simulate(KeyId, 'throttled');
    await expect(owner.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: 'Rate exceeded',
    });
  });
});

it('the SDK learns from STS who it is', async () => {
  const sts = new STSClient(world.settings(accessKey(customerAccount)));
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: customerAccount,
    Arn: `arn:aws:iam::${customerAccount}:user/admin`,
  });
  sts.destroy();
});
