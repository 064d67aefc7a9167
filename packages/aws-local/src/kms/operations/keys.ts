/** Creates, describes and lists keys. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Call } from '../../protocol.ts';
import { authorize, couldPutPolicy } from '../authorization.ts';
import type { Kms, Operation } from '../context.ts';
import { placementOf } from '../custom-key-stores.ts';
import { malformedPolicy } from '../errors.ts';
import { rootOf } from '../grants.ts';
import { choice, flag, type Input, requiredText, text } from '../input.ts';
import { keyMetadata, seconds } from '../key-metadata.ts';
import { parseKeyPolicy } from '../key-policy.ts';
import { keySpecs, keyUsages, usageOf } from '../key-specs.ts';
import { assertNotPendingDeletion } from '../key-states.ts';
import { currentKey, replaceKey, withNewMaterial } from '../lifecycle.ts';
import { keyArnOf, requireNamedKey, requireOwnKey } from '../lookup.ts';
import { pageOf } from '../paging.ts';
import type { KmsKey, Usage } from '../records.ts';
import { requireKey } from '../require-key.ts';
import { readTags } from '../tags.ts';

const origins = ['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'] as const;

/** For keys that are created without a policy: IAM policies of the account decide. */
export const defaultPolicy = (accountId: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: rootOf(accountId) },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });

export const createKey: Operation = (kms, call) => {
  const draft = draftKey(kms, call);
  assertNoLockout(kms, call, { key: draft, policy: draft.policy });
  const generatesMaterial = draft.origin !== 'EXTERNAL' && hasMaterial(draft);
  const key = generatesMaterial ? withNewMaterial(kms, draft) : draft;
  replaceKey(kms, key);
  const response = { KeyMetadata: keyMetadata(kms, key) };
  kms.reportCall(call, key, { response });
  return response;
};

/** Keys of other specs can be created and described only. */
const hasMaterial = ({ keySpec, keyUsage }: KmsKey): boolean =>
  keySpec === 'SYMMETRIC_DEFAULT' || (keySpec === 'ECC_NIST_P256' && keyUsage === 'SIGN_VERIFY');

function draftKey(kms: Kms, call: Call): KmsKey {
  const { input, caller, region } = call;
  const spec = specOf(input);
  const origin = choice(input, 'Origin', origins) ?? 'AWS_KMS';
  const multiRegion = flag(input, 'MultiRegion');
  const keyId = multiRegion ? `mrk-${randomBytes(16).toString('hex')}` : randomUUID();
  return {
    ...{ keyId, arn: keyArnOf(call, keyId), accountId: caller.accountId, region, multiRegion, origin, ...spec },
    ...(multiRegion ? { primaryRegion: region } : {}),
    ...placementOf(kms, call, { origin, multiRegion, ...spec }),
    seq: kms.store.nextSeq(),
    createdAt: kms.now().getTime(),
    description: text(input, 'Description', { max: 8192 }) ?? '',
    state: origin === 'EXTERNAL' ? 'PendingImport' : 'Enabled',
    deletionAt: null,
    policy: text(input, 'Policy', { min: 1, max: 131_072 }) ?? defaultPolicy(caller.accountId),
    tags: readTags(input),
    rotation: { enabled: false, periodInDays: 365, nextAt: null, onDemandCount: 0 },
    materialIds: [],
  };
}

function specOf(input: Input) {
  const keySpec =
    choice(input, 'KeySpec', keySpecs) ?? choice(input, 'CustomerMasterKeySpec', keySpecs) ?? 'SYMMETRIC_DEFAULT';
  return { keySpec, keyUsage: usageOf(keySpec, choice(input, 'KeyUsage', keyUsages)) };
}

/** Refuses a policy that does not allow the caller to change it, unless `BypassPolicyLockoutSafetyCheck` is set. */
export function assertNoLockout(kms: Kms, call: Call, { key, policy }: { key: KmsKey; policy: string }): void {
  const document = parseKeyPolicy(policy);
  if (flag(call.input, 'BypassPolicyLockoutSafetyCheck') || couldPutPolicy(kms, call, { key, policy: document }))
    return;
  throw malformedPolicy('The new key policy will not allow you to update the key policy in the future.');
}

export const describeKey: Operation = (kms, call) => {
  const key = requireNamedKey(kms, call, requiredText(call.input, 'KeyId', { min: 1, max: 2048 }));
  authorize(kms, call, { key });
  return { KeyMetadata: keyMetadata(kms, key) };
};

/** Works in every key state. */
export const getKeyLastUsage: Operation = (kms, call) => {
  const key = requireKey(kms, call);
  const usage = kms.store.findUsage(key.arn);
  return {
    KeyId: key.keyId,
    KeyLastUsage: usage ? describeUsage(usage) : {},
    TrackingStartDate: seconds(key.createdAt),
    KeyCreationDate: seconds(key.createdAt),
  };
};

const describeUsage = ({ operation, at, eventId, requestId }: Usage) => ({
  Operation: operation,
  Timestamp: seconds(at),
  CloudTrailEventId: eventId,
  KmsRequestId: requestId,
});

export const listKeys: Operation = (kms, call) => {
  const keys = kms.store.keysOf(call.caller.accountId, call.region).filter((key) => currentKey(kms, key));
  const { items, more } = pageOf(call.input, keys, { limit: 100 });
  return { Keys: items.map(({ keyId, arn }) => ({ KeyId: keyId, KeyArn: arn })), ...more };
};

export const updateKeyDescription: Operation = (kms, call) => {
  const keyId = requiredText(call.input, 'KeyId', { min: 1, max: 2048 });
  const description = requiredText(call.input, 'Description', { max: 8192 });
  const key = requireOwnKey(kms, call, keyId);
  authorize(kms, call, { key });
  assertNotPendingDeletion(key);
  replaceKey(kms, { ...key, description });
  kms.reportCall(call, key);
  return {};
};
