/** What KMS refuses, and by which name. Source: API reference, "Errors" of each operation; quotas of the KMS guide. */
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyRotationStatusCommand,
  type KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { expect } from '@jest/globals';
import { type Case, type Contract, refusal } from '../../test-support/contract.ts';

const Plaintext = Buffer.from('secret');
const EncryptionContext = { 'shop:team': 'acme' };

async function aKey(kms: KMSClient, input: ConstructorParameters<typeof CreateKeyCommand>[0] = {}): Promise<string> {
  return (await kms.send(new CreateKeyCommand(input))).KeyMetadata?.Arn ?? '';
}
const aMacKey = (kms: KMSClient) => aKey(kms, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });

async function sealed(kms: KMSClient): Promise<{ KeyId: string; CiphertextBlob: Uint8Array }> {
  const KeyId = await aKey(kms);
  const { CiphertextBlob = new Uint8Array() } = await kms.send(
    new EncryptCommand({ KeyId, Plaintext, EncryptionContext }),
  );
  return { KeyId, CiphertextBlob };
}

const altered = (bytes: Uint8Array) => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));

const cases: readonly Case<KMSClient>[] = [
  {
    name: 'CreateKey makes an enabled key of the customer’s for encryption',
    run: async (kms) => (await kms.send(new CreateKeyCommand({ Description: 'of a test' }))).KeyMetadata,
    expected: expect.objectContaining({
      Arn: expect.stringMatching(/^arn:aws:kms:us-east-1:\d{12}:key\/[0-9a-f-]{36}$/),
      KeyState: 'Enabled',
      Enabled: true,
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyManager: 'CUSTOMER',
      Origin: 'AWS_KMS',
      MultiRegion: false,
      Description: 'of a test',
      CreationDate: expect.any(Date),
    }),
  },
  {
    name: 'ScheduleKeyDeletion returns the date, and DescribeKey says so too',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      const { KeyState, DeletionDate } = await kms.send(
        new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }),
      );
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
      const days = ((DeletionDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
      return [
        KeyState,
        Math.round(days),
        KeyMetadata?.KeyState,
        KeyMetadata?.Enabled,
        KeyMetadata?.DeletionDate?.getTime() === DeletionDate?.getTime(),
      ];
    },
    expected: ['PendingDeletion', 7, 'PendingDeletion', false, true],
  },
  {
    name: 'Decrypt gives back what was encrypted, and names the key by its ARN',
    run: async (kms) => {
      const { KeyId, CiphertextBlob } = await sealed(kms);
      const opened = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
      return [Buffer.from(opened.Plaintext ?? []).toString(), opened.KeyId === KeyId];
    },
    expected: ['secret', true],
  },
  {
    name: 'Decrypt opens a data key that GenerateDataKey sealed',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      const { CiphertextBlob, Plaintext: made } = await kms.send(
        new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }),
      );
      const opened = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
      return [made?.length, Buffer.from(made ?? []).equals(Buffer.from(opened.Plaintext ?? []))];
    },
    expected: [32, true],
  },
  {
    name: 'Decrypt refuses another encryption context',
    run: async (kms) => {
      const { CiphertextBlob } = await sealed(kms);
      return refusal(kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { 'shop:team': 'other' } })));
    },
    expected: 'InvalidCiphertextException',
  },
  {
    name: 'Decrypt refuses a ciphertext that was changed',
    run: async (kms) => {
      const { CiphertextBlob } = await sealed(kms);
      return refusal(kms.send(new DecryptCommand({ CiphertextBlob: altered(CiphertextBlob), EncryptionContext })));
    },
    expected: 'InvalidCiphertextException',
    except: {
      ministack: { expected: 'accepted', aws: 'the ciphertext is authenticated' },
    },
  },
  {
    name: 'Decrypt refuses a ciphertext of another key',
    run: async (kms) => {
      const { CiphertextBlob } = await sealed(kms);
      return refusal(kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, KeyId: await aKey(kms) })));
    },
    expected: 'IncorrectKeyException',
    except: {
      ministack: { expected: 'accepted', aws: 'KeyId must name the key that encrypted' },
    },
  },
  {
    name: 'Encrypt takes 4,096 bytes',
    run: async (kms) =>
      refusal(kms.send(new EncryptCommand({ KeyId: await aKey(kms), Plaintext: Buffer.alloc(4096) }))),
    expected: 'accepted',
  },
  {
    name: 'Encrypt refuses 4,097 bytes',
    run: async (kms) =>
      refusal(kms.send(new EncryptCommand({ KeyId: await aKey(kms), Plaintext: Buffer.alloc(4097) }))),
    expected: 'ValidationException',
    except: {
      ministack: { expected: 'accepted', aws: 'Plaintext is at most 4,096 bytes' },
    },
  },
  {
    name: 'Encrypt refuses a key that is for message authentication',
    run: async (kms) => refusal(kms.send(new EncryptCommand({ KeyId: await aMacKey(kms), Plaintext }))),
    expected: 'InvalidKeyUsageException',
  },
  {
    name: 'Encrypt as a dry run fails with DryRunOperationException',
    run: async (kms) => refusal(kms.send(new EncryptCommand({ KeyId: await aKey(kms), Plaintext, DryRun: true }))),
    expected: 'DryRunOperationException',
    except: {
      ministack: { expected: 'accepted', aws: 'DryRun never encrypts' },
    },
  },
  {
    name: 'DescribeKey does not find a missing key',
    run: (kms) => refusal(kms.send(new DescribeKeyCommand({ KeyId: '11111111-2222-4333-8444-555555555555' }))),
    expected: 'NotFoundException',
  },
  {
    name: 'DescribeKey does not find a missing alias',
    run: (kms) => refusal(kms.send(new DescribeKeyCommand({ KeyId: 'alias/none' }))),
    expected: 'NotFoundException',
  },
  {
    name: 'DescribeKey refuses the ARN of another service',
    run: (kms) => refusal(kms.send(new DescribeKeyCommand({ KeyId: 'arn:aws:s3:::bucket' }))),
    expected: 'InvalidArnException',
    except: {
      ministack: {
        expected: 'NotFoundException',
        aws: 'an ARN that is not valid is an InvalidArnException',
      },
    },
  },
  {
    name: 'DescribeKey follows an alias',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      await kms.send(new CreateAliasCommand({ AliasName: 'alias/followed', TargetKeyId: KeyId }));
      return (await kms.send(new DescribeKeyCommand({ KeyId: 'alias/followed' }))).KeyMetadata?.Arn === KeyId;
    },
    expected: true,
  },
  {
    name: 'CreateAlias refuses a name that is taken',
    run: async (kms) => {
      const alias = { AliasName: 'alias/taken', TargetKeyId: await aKey(kms) };
      await kms.send(new CreateAliasCommand(alias));
      return refusal(kms.send(new CreateAliasCommand(alias)));
    },
    expected: 'AlreadyExistsException',
  },
  {
    name: 'CreateAlias refuses a reserved name',
    run: async (kms) =>
      refusal(kms.send(new CreateAliasCommand({ AliasName: 'alias/aws/mine', TargetKeyId: await aKey(kms) }))),
    expected: 'NotAuthorizedException',
    except: {
      ministack: { expected: 'accepted', aws: 'alias/aws/ is reserved for AWS managed keys' },
    },
  },
  {
    name: 'ScheduleKeyDeletion refuses to wait fewer than 7 days',
    run: async (kms) =>
      refusal(kms.send(new ScheduleKeyDeletionCommand({ KeyId: await aKey(kms), PendingWindowInDays: 6 }))),
    expected: 'ValidationException',
  },
  {
    name: 'PutKeyPolicy refuses a policy that is not JSON',
    run: async (kms) => refusal(kms.send(new PutKeyPolicyCommand({ KeyId: await aKey(kms), Policy: '{nope' }))),
    expected: 'MalformedPolicyDocumentException',
    except: {
      ministack: { expected: 'accepted', aws: 'a policy that is not syntactically or semantically correct is refused' },
    },
  },
  {
    name: 'PutKeyPolicy refuses a policy that locks its account out',
    run: async (kms) => {
      const Statement = [
        { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999999999999:root' }, Action: 'kms:*', Resource: '*' },
      ];
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
      return refusal(kms.send(new PutKeyPolicyCommand({ KeyId: await aKey(kms), Policy })));
    },
    expected: 'MalformedPolicyDocumentException',
    except: {
      ministack: { expected: 'accepted', aws: 'the lockout safety check applies unless it is bypassed' },
    },
  },
  {
    name: 'GetKeyRotationStatus returns that rotation is enabled',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      const before = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
      await kms.send(new EnableKeyRotationCommand({ KeyId }));
      const after = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
      return [before.KeyRotationEnabled, after.KeyRotationEnabled, after.RotationPeriodInDays];
    },
    expected: [false, true, 365],
  },
  {
    name: 'EnableKeyRotation refuses a key that is for message authentication',
    run: async (kms) => refusal(kms.send(new EnableKeyRotationCommand({ KeyId: await aMacKey(kms) }))),
    expected: 'UnsupportedOperationException',
  },
];

export const keyErrors: Contract<KMSClient> = { service: 'KMS', cases };
