/** What a caller's own policies must allow of calls to KMS that concern no existing key, and in which Region. */
import { describe, expect, it } from '@jest/globals';
import { authorize } from '../../../src/authorization/authorize.ts';
import { identityPolicies } from '../../../src/authorization/identity-policies.ts';

const accountId = '111122223333';
const arn = `arn:aws:iam::${accountId}:role/admin`;

interface Given {
  /** Of the permission to create. */
  readonly Condition?: object;
  /** Further statements. */
  readonly more?: readonly object[];
}

/** A call in us-east-1 by a role that may create, and do this. */
function attempt(operation: string, input: Record<string, unknown>, { Condition, more = [] }: Given = {}) {
  const creating = { Effect: 'Allow', Action: 'kms:Create*', Resource: '*', ...(Condition ? { Condition } : {}) };
  const Statement = [creating, ...more];
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
  ])('with the condition %j is refused for %j, and allowed for %j', (Condition, refused, allowed) => {
    expect(attempt('CreateKey', refused, { Condition })).toThrow(denied);
    expect(attempt('CreateKey', allowed, { Condition })).not.toThrow();
  });

  it('is needed in the replica’s Region for ReplicateKey', () => {
    const ireland = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } };
    expect(attempt('ReplicateKey', { ReplicaRegion: 'eu-west-1' }, { Condition: ireland })).not.toThrow();
    expect(attempt('ReplicateKey', { ReplicaRegion: 'eu-west-2' }, { Condition: ireland })).toThrow(denied);
    expect(attempt('CreateKey', {}, { Condition: ireland })).toThrow(denied);
  });
});

it('kms:TagResource is needed for the tags of a new key, in its Region', () => {
  const Tags = [{ TagKey: 'team', TagValue: 'acme' }];
  const Condition = { StringEquals: { 'aws:RequestTag/team': 'acme' } };
  const tagging = { Effect: 'Allow', Action: 'kms:TagResource', Resource: 'arn:aws:kms:eu-west-1:*:key/*', Condition };
  expect(attempt('CreateKey', { Tags })).toThrow(denied);
  expect(attempt('CreateKey', { Tags }, { more: [tagging] })).toThrow(denied);
  const inIreland = { ReplicaRegion: 'eu-west-1', Tags };
  expect(attempt('ReplicateKey', inIreland, { more: [tagging] })).not.toThrow();
  const other = { ...inIreland, Tags: [{ TagKey: 'team', TagValue: 'globex' }] };
  expect(attempt('ReplicateKey', other, { more: [tagging] })).toThrow(denied);
});

it('a call about custom key stores needs its own action', () => {
  expect(attempt('CreateCustomKeyStore', {})).not.toThrow();
  for (const operation of ['ConnectCustomKeyStore', 'DisconnectCustomKeyStore', 'DeleteCustomKeyStore'])
    expect(attempt(operation, {})).toThrow(denied);
});

it('of a call about an existing key, KMS decides itself', () => {
  expect(attempt('ImportKeyMaterial', {})).not.toThrow();
});
