import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  aBench,
  allowPlatform,
  type Bench,
  base64,
  dataPlane,
  owner,
  platform,
  policyWith,
  stranger,
} from './fixture.ts';

let bench: Bench;
let KeyId: string;
beforeEach(async () => {
  bench = await aBench();
  KeyId = await bench.key({ Policy: policyWith(allowPlatform('kms:*')) });
});
afterEach(() => bench.close());

describe('the event of a management call', () => {
  it('has the shape that CloudTrail gives it', async () => {
    await bench.as(owner)('DisableKey', { KeyId });
    const identity = {
      type: 'IAMUser',
      principalId: expect.stringMatching(/^AIDA/),
      arn: owner.arn,
      accountId: owner.accountId,
    };
    expect(bench.events.at(-1)).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.kms',
      account: '111122223333',
      time: '2026-01-01T00:00:00Z',
      region: 'us-east-1',
      resources: [],
      detail: {
        eventVersion: '1.11',
        userIdentity: identity,
        eventTime: '2026-01-01T00:00:00Z',
        eventSource: 'kms.amazonaws.com',
        eventName: 'DisableKey',
        awsRegion: 'us-east-1',
        sourceIPAddress: '127.0.0.1',
        userAgent: 'AWS Internal',
        requestParameters: { keyId: KeyId },
        responseElements: { keyId: KeyId },
        requestID: 'request-1',
        eventID: expect.any(String),
        readOnly: false,
        resources: [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN: KeyId }],
        eventType: 'AwsApiCall',
        managementEvent: true,
        recipientAccountId: '111122223333',
      },
    });
  });

  it('says of the one read that is reported that it was a read, and not its response', async () => {
    await bench.as(platform)('GetKeyRotationStatus', { KeyId });
    expect(bench.events.at(-1)).toMatchObject({
      account: owner.accountId,
      detail: {
        ...{ eventName: 'GetKeyRotationStatus', readOnly: true, responseElements: null, requestID: 'request-1' },
        userIdentity: { accountId: platform.accountId },
        resources: [{ ARN: KeyId }],
      },
    });
  });

  it('does not come of a read that KMS refused: that is recorded in the caller’s account only', async () => {
    bench.events.length = 0;
    await expect(bench.as(stranger)('GetKeyRotationStatus', { KeyId })).rejects.toThrow();
    expect(bench.events).toEqual([]);
  });

  it('comes of a change that the policy denied to its owner, with the error and without a response', async () => {
    const guard = { Effect: 'Deny', Principal: '*', Action: ['kms:DisableKey', 'kms:GetKeyPolicy'], Resource: '*' };
    await bench.as(owner)('PutKeyPolicy', { KeyId, Policy: policyWith(guard) });
    bench.events.length = 0;

    await expect(bench.as(owner)('GetKeyPolicy', { KeyId })).rejects.toThrow();
    await expect(bench.as(owner)('DisableKey', { KeyId })).rejects.toThrow();

    expect(bench.events).toMatchObject([
      {
        detail: {
          ...{ eventName: 'DisableKey', errorCode: 'AccessDenied', responseElements: null, readOnly: false },
          errorMessage: expect.stringContaining('not authorized to perform: kms:DisableKey'),
          userIdentity: { arn: owner.arn },
          resources: [{ ARN: KeyId }],
        },
      },
    ]);
  });

  it('comes for each change, and for no use of the key', async () => {
    const call = bench.as(owner);
    bench.events.length = 0;
    const { CiphertextBlob } = await call('Encrypt', { KeyId, Plaintext: base64('secret') });
    await call('Decrypt', { CiphertextBlob });
    for (const operation of ['DescribeKey', 'GetKeyPolicy', 'ListGrants']) await call(operation, { KeyId });
    await expect(bench.as(stranger)('DisableKey', { KeyId })).rejects.toThrow();
    expect(bench.events).toEqual([]);

    const { GrantToken } = await call('CreateGrant', {
      KeyId,
      GranteePrincipal: owner.arn,
      RetiringPrincipal: owner.arn,
      Operations: ['Decrypt'],
    });
    const { GrantId } = await call('CreateGrant', { KeyId, GranteePrincipal: owner.arn, Operations: ['Decrypt'] });
    const changes: [string, object][] = [
      ['RetireGrant', { GrantToken }],
      ['RevokeGrant', { KeyId, GrantId }],
      ['DisableKey', { KeyId }],
      ['EnableKey', { KeyId }],
      ['EnableKeyRotation', { KeyId }],
      ['DisableKeyRotation', { KeyId }],
      ['RotateKeyOnDemand', { KeyId }],
      ['PutKeyPolicy', { KeyId, Policy: policyWith() }],
      ['UpdateKeyDescription', { KeyId, Description: 'x' }],
      ['TagResource', { KeyId, Tags: [] }],
      ['UntagResource', { KeyId, TagKeys: [] }],
      ['CreateAlias', { AliasName: 'alias/a', TargetKeyId: KeyId }],
      ['UpdateAlias', { AliasName: 'alias/a', TargetKeyId: KeyId }],
      ['DeleteAlias', { AliasName: 'alias/a' }],
      ['ScheduleKeyDeletion', { KeyId }],
      ['CancelKeyDeletion', { KeyId }],
    ];
    for (const [operation, input] of changes) await call(operation, { ...input });
    expect(bench.events.map(({ detail }) => detail.eventName)).toEqual([
      'CreateGrant',
      'CreateGrant',
      ...changes.map(([name]) => name),
    ]);
  });

  it('contains the date of a deletion as a text', async () => {
    await bench.as(owner)('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
    expect(bench.events.at(-1)?.detail).toMatchObject({
      requestParameters: { keyId: KeyId, pendingWindowInDays: 7 },
      responseElements: {
        keyId: KeyId,
        keyState: 'PendingDeletion',
        deletionDate: expect.stringMatching(/^Jan 8, 2026, 12:00:00\sAM$/),
      },
    });
  });

  it('of another account goes to the key owner, and names the caller', async () => {
    const Constraints = { EncryptionContextSubset: { 'Aws:Ebs:id': 'vol-1' } };
    await bench.as(dataPlane)('CreateGrant', {
      KeyId,
      GranteePrincipal: dataPlane.arn,
      Operations: ['Decrypt'],
      Constraints,
    });
    expect(bench.events.at(-1)).toMatchObject({
      account: owner.accountId,
      detail: {
        userIdentity: { type: 'AssumedRole', accountId: platform.accountId, arn: dataPlane.arn },
        sourceIPAddress: 'ec2.us-east-1.amazonaws.com',
        requestParameters: { constraints: { encryptionContextSubset: { 'Aws:Ebs:id': 'vol-1' } } },
        responseElements: { keyId: KeyId, grantId: expect.any(String) },
        recipientAccountId: owner.accountId,
      },
    });
  });

  it('has no grant token in it', async () => {
    const input = { KeyId, GranteePrincipal: owner.arn, RetiringPrincipal: owner.arn, Operations: ['Decrypt'] };
    const { GrantToken } = await bench.as(owner)('CreateGrant', input);
    await bench.as(owner)('RetireGrant', { GrantToken });
    expect(JSON.stringify(bench.events)).not.toContain(String(GrantToken));
    expect(bench.events.at(-1)?.detail).toMatchObject({ eventName: 'RetireGrant', requestParameters: null });
  });
});
