/**
 * The actions that calls to KMS need in the caller's own policies. KMS itself authorizes actions on existing keys, by
 * the key's policy and grants.
 */
import type { NamedValues } from '../iam/request-values.ts';
import { list, type NeededAction, type Needs, need, type Request } from './needed-action.ts';

/** Creating keys, with the condition keys of the key that the request describes. */
const creatingKey: Needs = (request) => [
  ...tagging(request),
  {
    ...need('kms:CreateKey', '*'),
    conditions: creationConditions(request),
  },
];

const creationConditions = ({ input }: Request): NamedValues => ({
  'kms:KeySpec': String(input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT'),
  'kms:KeyUsage': String(input.KeyUsage ?? 'ENCRYPT_DECRYPT'),
  'kms:KeyOrigin': String(input.Origin ?? 'AWS_KMS'),
  'kms:MultiRegion': String(input.MultiRegion ?? false),
  'kms:MultiRegionKeyType': input.MultiRegion === true ? 'PRIMARY' : undefined,
  'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck ?? false),
});

/** Tagging a new key needs a permission of its own; the key has no ARN yet. */
const tagging = ({ input, caller, region }: Request): NeededAction[] => {
  const tags = list(input.Tags);
  if (tags.length === 0) return [];
  const requested = tags.map(({ TagKey, TagValue }) => [`aws:RequestTag/${TagKey}`, String(TagValue)]);
  const conditions = { ...Object.fromEntries(requested), 'aws:TagKeys': tags.map(({ TagKey }) => String(TagKey)) };
  return [{ ...need('kms:TagResource', `arn:aws:kms:${region}:${caller.accountId}:key/*`), conditions, region }];
};

/** The replica is created in its own Region; KMS itself authorizes the action on the primary. */
const replicatingKey: Needs = (request) => [
  ...tagging({ ...request, region: String(request.input.ReplicaRegion) }),
  {
    ...need('kms:CreateKey', '*'),
    region: String(request.input.ReplicaRegion),
    conditions: { 'kms:MultiRegion': 'true', 'kms:MultiRegionKeyType': 'REPLICA' },
  },
];

const withoutKey = ['ListKeys', 'ListAliases', 'ListRetirableGrants', 'GenerateRandom'].concat(
  ['CreateCustomKeyStore', 'ConnectCustomKeyStore', 'DisconnectCustomKeyStore'],
  ['DescribeCustomKeyStores', 'DeleteCustomKeyStore'],
);
const onAccount: Needs = ({ operation }) => [need(`kms:${operation}`, '*')];

export const kms: Readonly<Record<string, Needs>> = {
  ...Object.fromEntries(withoutKey.map((operation) => [operation, onAccount])),
  CreateKey: creatingKey,
  ReplicateKey: replicatingKey,
};
