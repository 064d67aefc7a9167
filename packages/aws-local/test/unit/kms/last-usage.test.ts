/** When a key was last used, and the policies that keep a key which is in use. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  aBench,
  allowPlatform,
  type Bench,
  base64,
  denied,
  owner,
  platform,
  policyWith,
} from './fixture.ts';

const start = Date.parse('2026-01-01T00:00:00Z') / 1000;

let bench: Bench;
let KeyId: string;
beforeEach(async () => {
  bench = await aBench();
  KeyId = await bench.key();
});
afterEach(() => bench.close());

const call = (operation: string, input: Answer = {}) => bench.as(owner)(operation, { KeyId, ...input });
const lastUsage = async (of = KeyId) => (await call('GetKeyLastUsage', { KeyId: of })).KeyLastUsage;
const encrypt = () => call('Encrypt', { Plaintext: base64('x') });

describe('the last use of a key', () => {
  it('is empty before the first, and says since when it is recorded', async () => {
    bench.passDays(3);
    expect(await call('GetKeyLastUsage')).toEqual({
      KeyId: KeyId.split('/')[1],
      KeyLastUsage: {},
      TrackingStartDate: start,
      KeyCreationDate: start,
    });
  });

  it('is the latest successful cryptographic operation', async () => {
    const { CiphertextBlob } = await encrypt();
    bench.passDays(1);
    await call('Decrypt', { CiphertextBlob });
    expect(await lastUsage()).toEqual({
      Operation: 'Decrypt',
      Timestamp: start + 86_400,
      CloudTrailEventId: expect.any(String),
      KmsRequestId: 'request-1',
    });
    await call('GenerateDataKey', { KeySpec: 'AES_256' });
    expect(await lastUsage()).toMatchObject({ Operation: 'GenerateDataKey' });
  });

  it('is no failed call, no dry run, no management and no use of another key', async () => {
    const { CiphertextBlob } = await encrypt();
    bench.passDays(1);
    const dryRun = call('Encrypt', { Plaintext: base64('x'), DryRun: true });
    await expect(dryRun).rejects.toMatchObject({ code: 'DryRunOperationException' });
    await expect(call('Decrypt', { CiphertextBlob, EncryptionContext: { a: 'b' } })).rejects.toThrow();
    await call('DescribeKey');
    await call('EnableKeyRotation');
    await call('Encrypt', { KeyId: await bench.key(), Plaintext: base64('x') });
    expect(await lastUsage()).toMatchObject({ Operation: 'Encrypt', Timestamp: start });
  });

  it('is a ReEncrypt of both of its keys, and a signature only when it is valid', async () => {
    const to = await bench.key();
    const { CiphertextBlob } = await encrypt();
    await call('ReEncrypt', { CiphertextBlob, DestinationKeyId: to });
    for (const key of [KeyId, to]) expect(await lastUsage(key)).toMatchObject({ Operation: 'ReEncrypt' });

    const pair = await bench.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    const message = { KeyId: pair, Message: base64('hello'), SigningAlgorithm: 'ECDSA_SHA_256' };
    const { Signature } = await call('Sign', message);
    await expect(call('Verify', { ...message, Signature: base64('no') })).rejects.toThrow();
    expect(await lastUsage(pair)).toMatchObject({ Operation: 'Sign' });
    await call('Verify', { ...message, Signature });
    expect(await lastUsage(pair)).toMatchObject({ Operation: 'Verify' });
  });

  it('survives a kill but for the last minute, and a regular end as it is', async () => {
    const { CiphertextBlob } = await encrypt();
    await call('Decrypt', { CiphertextBlob });

    const killed = await bench.reopened();
    const usageNow = () => killed.as(owner)('GetKeyLastUsage', { KeyId });
    expect(await usageNow()).toMatchObject({ KeyLastUsage: { Operation: 'Encrypt' } });
    await killed.as(owner)('Decrypt', { CiphertextBlob });
    await killed.as(owner)('GenerateDataKey', { KeyId, KeySpec: 'AES_256' });
    await killed.kms.close();

    const ended = await bench.reopened();
    expect(await ended.as(owner)('GetKeyLastUsage', { KeyId })).toMatchObject({
      KeyLastUsage: { Operation: 'GenerateDataKey' },
    });
    await ended.kms.close();
  });

  it('is for the key’s own account only, whatever the policy says, and for each related key by itself', async () => {
    KeyId = await bench.key({ MultiRegion: true, Policy: policyWith(allowPlatform('kms:*')) });
    await expect(bench.as(platform)('GetKeyLastUsage', { KeyId })).rejects.toMatchObject(denied);
    await call('ReplicateKey', { ReplicaRegion: 'eu-west-1' });
    await encrypt();
    const replica = KeyId.replace('us-east-1', 'eu-west-1');
    expect(await bench.as(owner, 'eu-west-1')('GetKeyLastUsage', { KeyId: replica })).toMatchObject({
      KeyLastUsage: {},
    });
  });
});

describe('a policy with kms:TrailingDaysWithoutKeyUsage', () => {
  const guard = (Action: string | string[]) =>
    policyWith({
      ...{ Effect: 'Deny', Principal: '*', Action, Resource: '*' },
      Condition: { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': '30' } },
    });

  it('keeps a key in use from deletion, and counts whole days since the last use', async () => {
    await call('PutKeyPolicy', { Policy: guard('kms:ScheduleKeyDeletion') });
    bench.passDays(29.5);
    await encrypt();
    bench.passDays(29.9);
    await expect(call('ScheduleKeyDeletion')).rejects.toMatchObject(denied);
    bench.passDays(0.2);
    expect(await call('ScheduleKeyDeletion')).toMatchObject({ KeyState: 'PendingDeletion' });
  });

  it('counts from the creation of a key that was never used', async () => {
    await call('PutKeyPolicy', { Policy: guard('kms:ScheduleKeyDeletion') });
    bench.passDays(29);
    await expect(call('ScheduleKeyDeletion')).rejects.toMatchObject(denied);
    bench.passDays(1);
    expect(await call('ScheduleKeyDeletion')).toMatchObject({ KeyState: 'PendingDeletion' });
  });

  it('locks the owner in when it names DisableKey too, as published examples do', async () => {
    await call('PutKeyPolicy', { Policy: guard(['kms:ScheduleKeyDeletion', 'kms:DisableKey']) });
    await encrypt();
    await expect(call('DisableKey')).rejects.toMatchObject(denied);
  });

  it('is about no other call', async () => {
    await call('PutKeyPolicy', { Policy: guard(['kms:EnableKey', 'kms:CancelKeyDeletion', 'kms:DescribeKey']) });
    await encrypt();
    for (const operation of ['EnableKey', 'DescribeKey', 'DisableKey', 'ScheduleKeyDeletion', 'CancelKeyDeletion'])
      await call(operation);
  });
});
