import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createVolumeKms, encryptionContextOf, kmsFailureOf } from '../../src/volume-kms.ts';

const named = (name: string) => Object.assign(new Error('a text of KMS'), { name });

describe("KMS's errors", () => {
  it.each([
    ['DisabledException', 'key_unusable'],
    ['KMSInvalidStateException', 'key_unusable'],
    ['AccessDeniedException', 'key_unusable'],
    ['NotFoundException', 'key_unusable'],
    ['InvalidCiphertextException', 'volume_damaged'],
    ['IncorrectKeyException', 'volume_damaged'],
    ['KeyUnavailableException', 'unavailable'],
    ['KMSInternalException', 'unavailable'],
    ['DependencyTimeoutException', 'unavailable'],
    ['ThrottlingException', 'unavailable'],
    ['TimeoutError', 'unavailable'],
    ['UnrecognizedClientException', 'unavailable'],
  ])('%s means %s', (name, reason) => {
    expect(kmsFailureOf(named(name))).toMatchObject({ name: 'FleetFailure', reason });
  });

  it('do not contain the text of KMS, which may reveal internals', () => {
    expect(kmsFailureOf(named('DisabledException')).message).not.toContain('a text of KMS');
  });
});

describe('a data key', () => {
  const context = encryptionContextOf({ teamId: 'team_1', databaseId: 'db_1' });

  it('is bound to its team and database, both ways', async () => {
    const client = mockClient(KMSClient);
    const [plaintext, wrapped] = [new Uint8Array(32).fill(1), new Uint8Array([2])];
    client.on(GenerateDataKeyCommand).resolves({ Plaintext: plaintext, CiphertextBlob: wrapped });
    client.on(DecryptCommand).resolves({ Plaintext: plaintext });
    const kms = createVolumeKms({ region: 'us-east-1' });

    expect(await kms.generateDataKey('arn:key', context)).toEqual({ plaintext, wrapped });
    expect(await kms.unwrap('arn:key', wrapped, context)).toEqual(plaintext);
    const EncryptionContext = { 'latchkey:team': 'team_1', 'latchkey:database': 'db_1' };
    expect(client.commandCalls(GenerateDataKeyCommand)[0]?.args[0].input).toEqual({
      KeyId: 'arn:key',
      KeySpec: 'AES_256',
      EncryptionContext,
    });
    expect(client.commandCalls(DecryptCommand)[0]?.args[0].input).toEqual({
      KeyId: 'arn:key',
      CiphertextBlob: wrapped,
      EncryptionContext,
    });
    client.restore();
  });

  it('is a failure with a reason when KMS refuses', async () => {
    const client = mockClient(KMSClient);
    client.on(DecryptCommand).rejects(named('DisabledException'));
    const kms = createVolumeKms({ region: 'us-east-1' });
    await expect(kms.unwrap('arn:key', new Uint8Array([2]), context)).rejects.toMatchObject({ reason: 'key_unusable' });
    client.restore();
  });
});
