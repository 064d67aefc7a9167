/** Keys by the AWS SDK, for a machine without the AWS CLI. */
import {
  CreateKeyCommand,
  DecryptCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  KMSClient,
  KMSServiceException,
} from '@aws-sdk/client-kms';
import { accessKey, customerAccount, platformAccount, region } from '#local/accounts.ts';
import { DemoFailure } from './failure.ts';
import { type KeyTool, KmsRefusal } from './key-tool.ts';
import type { Act } from './stage.ts';

export function sdkKeyTool(endpoint: string): KeyTool {
  const clientOf = (accountId: string) =>
    new KMSClient({
      endpoint,
      region,
      credentials: { accessKeyId: accessKey(accountId), secretAccessKey: 'local' },
      maxAttempts: 2,
    });
  const customer = clientOf(customerAccount);
  const platform = clientOf(platformAccount);
  const call = <T>(text: string, work: () => Promise<T>): Act<T> => ({
    kind: 'request',
    text,
    run: () =>
      work().catch((error: unknown) =>
        Promise.reject(error instanceof KMSServiceException ? new KmsRefusal(error.name, error.message) : error),
      ),
  });
  const onKey = (name: string, send: (KeyId: string) => Promise<unknown>) => (keyArn: string) =>
    call(`KMS ${name} { KeyId: $CMK_ARN }`, async () => void (await send(keyArn)));
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
    decryptAsPlatform: ({ keyArn, ciphertext, context }) =>
      call('KMS Decrypt { KeyId: $CMK_ARN, CiphertextBlob: data-key, EncryptionContext }', async () => {
        const command = new DecryptCommand({
          KeyId: keyArn,
          CiphertextBlob: ciphertext,
          EncryptionContext: { ...context },
        });
        return (await platform.send(command)).Plaintext?.length ?? 0;
      }),
  };
}
