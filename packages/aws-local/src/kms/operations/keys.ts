/** Making, describing and listing keys. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Call } from '../../protocol.ts';
import { authorise, couldPutPolicy } from '../authorisation.ts';
import type { Kms, Operation } from '../context.ts';
import { placementOf } from '../custom-key-stores.ts';
import { malformedPolicy } from '../errors.ts';
import { rootOf } from '../grants.ts';
import { choice, flag, type Input, requiredText, text } from '../input.ts';
import { keyMetadata, seconds } from '../key-metadata.ts';
import { parseKeyPolicy } from '../key-policy.ts';
import { keySpecs, keyUsages, usageOf } from '../key-specs.ts';
import { requireNotPendingDeletion } from '../key-states.ts';
import { replaceKey, settle, withNewMaterial } from '../lifecycle.ts';
import { keyArnOf, ownKey, usedKey } from '../lookup.ts';
import { pageOf } from '../paging.ts';
import { permittedKey } from '../permitted-key.ts';
import type { KmsKey, Usage } from '../records.ts';
import { readTags } from '../tags.ts';

const origins = ['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'] as const;

/** The policy of a key made without one: its account decides. */
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
  requireSoundPolicy(kms, call, { key: draft, policy: draft.policy });
  const held = draft.origin !== 'EXTERNAL' && hasMaterial(draft);
  const key = held ? withNewMaterial(kms, draft) : draft;
  replaceKey(kms, key);
  const answer = { KeyMetadata: keyMetadata(kms, key) };
  kms.record(call, key, { answer });
  return answer;
};

/** Other specs can be made and described only. */
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

/** A policy that locks its own setter out is refused unless `BypassPolicyLockoutSafetyCheck` asks for it. */
export function requireSoundPolicy(kms: Kms, call: Call, { key, policy }: { key: KmsKey; policy: string }): void {
  const document = parseKeyPolicy(policy);
  if (flag(call.input, 'BypassPolicyLockoutSafetyCheck') || couldPutPolicy(kms, call, { key, policy: document }))
    return;
  throw malformedPolicy('The new key policy will not allow you to update the key policy in the future.');
}

export const describeKey: Operation = (kms, call) => {
  const key = usedKey(kms, call, requiredText(call.input, 'KeyId', { min: 1, max: 2048 }));
  authorise(kms, call, { key });
  return { KeyMetadata: keyMetadata(kms, key) };
};

/** In every state. */
export const getKeyLastUsage: Operation = (kms, call) => {
  const key = permittedKey(kms, call);
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
  const keys = kms.store.keysOf(call.caller.accountId, call.region).filter((key) => settle(kms, key));
  const { items, more } = pageOf(call.input, keys, { limit: 100 });
  return { Keys: items.map(({ keyId, arn }) => ({ KeyId: keyId, KeyArn: arn })), ...more };
};

export const updateKeyDescription: Operation = (kms, call) => {
  const keyId = requiredText(call.input, 'KeyId', { min: 1, max: 2048 });
  const description = requiredText(call.input, 'Description', { max: 8192 });
  const key = ownKey(kms, call, keyId);
  authorise(kms, call, { key });
  requireNotPendingDeletion(key);
  replaceKey(kms, { ...key, description });
  kms.record(call, key);
  return {};
};
