/** What a caller's own policies must allow of calls to KMS that concern no existing key, and in which Region. */
import { describe, expect, it } from '@jest/globals';
import { authorize } from '../../../src/authorization/authorize.ts';
import { identityPolicies } from '../../../src/authorization/identity-policies.ts';

const accountId = '111122223333';
const arn = `arn:aws:iam::${accountId}:role/admin`;

/** A call in us-east-1 by a role that may do this. */
function attempt(operation: string, input: Record<string, unknown>, Condition?: object) {
  const Statement = [{ Effect: 'Allow', Action: 'kms:Create*', Resource: '*', ...(Condition ? { Condition } : {}) }];
  const policies = identityPolicies([JSON.stringify({ Version: '2012-10-17', Statement })]);
  return () => authorize('kms', { operation, input, region: 'us-east-1', caller: { accountId, arn, policies } });
}
const denied = expect.objectContaining({ code: 'AccessDeniedException' });

describe('kms:CreateKey', () => {
  it.each([
    [{ Bool: { 'kms:MultiRegion': 'false' } }, { MultiRegion: true }, {}],
    [{ StringEquals: { 'kms:KeyOrigin': 'AWS_KMS' } }, { Origin: 'EXTERNAL' }, {}],
    [{ StringEquals: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' } }, { KeySpec: 'RSA_2048' }, {}],
    [{ StringEquals: { 'kms:MultiRegionKeyType': 'PRIMARY' } }, {}, { MultiRegion: true }],
  ])('with the condition %j is refused for %j, and allowed for %j', (condition, refused, allowed) => {
    expect(attempt('CreateKey', refused, condition)).toThrow(denied);
    expect(attempt('CreateKey', allowed, condition)).not.toThrow();
  });

  it('is needed in the replica’s Region for ReplicateKey', () => {
    const ireland = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } };
    expect(attempt('ReplicateKey', { ReplicaRegion: 'eu-west-1' }, ireland)).not.toThrow();
    expect(attempt('ReplicateKey', { ReplicaRegion: 'eu-west-2' }, ireland)).toThrow(denied);
    expect(attempt('CreateKey', {}, ireland)).toThrow(denied);
  });
});

it('a call about custom key stores needs its own action', () => {
  expect(attempt('CreateCustomKeyStore', {})).not.toThrow();
  for (const operation of ['ConnectCustomKeyStore', 'DisconnectCustomKeyStore', 'DeleteCustomKeyStore'])
    expect(attempt(operation, {})).toThrow(denied);
});

it('of a call about an existing key, KMS decides itself', () => {
  expect(attempt('ImportKeyMaterial', {})).not.toThrow();
});
