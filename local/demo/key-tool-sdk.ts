/** Keys by the AWS SDK, for a machine without the AWS CLI. */
import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DecryptCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetPublicKeyCommand,
  KMSClient,
  KMSServiceException,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { accessKey, customerAccount, platformAccount, region } from '#local/accounts.ts';
import { DemoFailure } from './failure.ts';
import { type KeyTool, type KeyVariable, KmsRefusal } from './key-tool.ts';
import type { Act } from './stage.ts';

export function sdkKeyTool(endpoint: string): KeyTool {
  const customer = clientOf(endpoint, customerAccount);
  const onKey =
    (name: string, send: (KeyId: string) => Promise<unknown>) =>
    (keyArn: string, variable: KeyVariable = 'CMK_ARN') =>
      call(`KMS ${name} { KeyId: $${variable} }`, async () => void (await send(keyArn)));
  return {
    isCli: false,
    name: 'AWS SDK for JavaScript (there is no AWS CLI here)',
    createKey: (policyTemplate) =>
      call('KMS CreateKey { Policy: key-policy.json with the two accounts filled in }', async () => {
        const Policy = policyTemplate
          .replaceAll('${AWS_ACCOUNT_ID}', customerAccount)
          .replaceAll('${HEROKU_DATA_ACCOUNT_ID}', platformAccount);
        const { KeyMetadata } = await customer.send(new CreateKeyCommand({ Policy }));
        if (!KeyMetadata?.Arn) throw new DemoFailure('KMS made a key without an ARN.');
        return KeyMetadata.Arn;
      }),
    enableRotation: onKey('EnableKeyRotation', (KeyId) => customer.send(new EnableKeyRotationCommand({ KeyId }))),
    disable: onKey('DisableKey', (KeyId) => customer.send(new DisableKeyCommand({ KeyId }))),
    enable: onKey('EnableKey', (KeyId) => customer.send(new EnableKeyCommand({ KeyId }))),
    scheduleDeletion: onKey('ScheduleKeyDeletion', (KeyId) => customer.send(new ScheduleKeyDeletionCommand({ KeyId }))),
    cancelDeletion: onKey('CancelKeyDeletion', (KeyId) => customer.send(new CancelKeyDeletionCommand({ KeyId }))),
    publicKey: (KeyId) =>
      call('KMS GetPublicKey { KeyId: $SIGNING_KEY_ARN }', async () => {
        const { PublicKey } = await customer.send(new GetPublicKeyCommand({ KeyId }));
        if (!PublicKey) throw new DemoFailure('KMS returned no public key.');
        return Buffer.from(PublicKey);
      }),
    decryptAsPlatform: decryptBy(clientOf(endpoint, platformAccount)),
  };
}

const clientOf = (endpoint: string, accountId: string): KMSClient =>
  new KMSClient({
    endpoint,
    region,
    credentials: { accessKeyId: accessKey(accountId), secretAccessKey: 'local' },
    maxAttempts: 2,
  });

const call = <T>(text: string, work: () => Promise<T>): Act<T> => ({
  kind: 'request',
  text,
  run: () =>
    work().catch((error: unknown) =>
      Promise.reject(error instanceof KMSServiceException ? new KmsRefusal(error.name, error.message) : error),
    ),
});

const decryptBy =
  (client: KMSClient): KeyTool['decryptAsPlatform'] =>
  ({ keyArn, ciphertext, context }) =>
    call('KMS Decrypt { KeyId: $CMK_ARN, CiphertextBlob: data-key, EncryptionContext }', async () => {
      const EncryptionContext = { ...context };
      const command = new DecryptCommand({ KeyId: keyArn, CiphertextBlob: ciphertext, EncryptionContext });
      return (await client.send(command)).Plaintext?.length ?? 0;
    });
