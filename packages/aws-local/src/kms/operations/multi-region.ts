/**
 * Replicates a multi-Region key into another Region, and changes its primary.
 * Does not: pass through the states `Creating` and `Updating`, which AWS shows for seconds.
 */
import { AwsError, type Call } from '../../protocol.ts';
import { authorize, bypassCondition } from '../authorization.ts';
import type { Kms, Operation } from '../context.ts';
import { notFound, unsupported, validation } from '../errors.ts';
import { type Input, requiredText, text } from '../input.ts';
import { keyMetadata } from '../key-metadata.ts';
import { assertEnabledOrUnavailable } from '../key-states.ts';
import { currentKey, replaceKey } from '../lifecycle.ts';
import { arnInRegion, isPrimary } from '../multi-region.ts';
import type { Change, KmsKey } from '../records.ts';
import { requireKey } from '../require-key.ts';
import { readTags } from '../tags.ts';
import { assertNoLockout, defaultPolicy } from './keys.ts';

const readRegion = (input: Input, name: string): string =>
  requiredText(input, name, { min: 1, max: 32, pattern: /^([a-z]+-){2,3}\d+$/ });

function assertMultiRegionPrimary(key: KmsKey): void {
  if (!key.multiRegion || !isPrimary(key)) throw unsupported(`${key.arn} is not a multi-Region primary key.`);
}

/** Reported in both Regions: as `ReplicateKey` in the primary's, and as `CreateKey` in the replica's. */
export const replicateKey: Operation = (kms, call) => {
  const { input } = call;
  const region = readRegion(input, 'ReplicaRegion');
  const key = requireKey(kms, call, () => ({ 'kms:ReplicaRegion': region, ...bypassCondition(call) }));
  const draft = draftReplica(kms, call, { key, region });
  assertMultiRegionPrimary(key);
  assertEnabledOrUnavailable(kms, key);
  if (currentKey(kms, kms.store.findKey(draft.arn)))
    throw new AwsError('AlreadyExistsException', `The key ${draft.arn} already exists.`);
  const replica = { ...draft, seq: kms.store.nextSeq() };
  assertNoLockout(kms, { ...call, region }, { key: replica, policy: replica.policy });
  replaceKey(kms, replica);

  const metadata = keyMetadata(kms, replica);
  kms.reportCall(call, key, { response: { ReplicaKeyMetadata: metadata, ReplicaPolicy: replica.policy } });
  kms.reportCall({ ...call, operation: 'CreateKey' }, replica, { response: { KeyMetadata: metadata } });
  const tags = Object.entries(replica.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
  return { ReplicaKeyMetadata: metadata, ReplicaPolicy: replica.policy, ReplicaTags: tags };
};

/** Imported material is not copied: it must be imported into the replica too. */
function draftReplica(kms: Kms, { input }: Call, { key, region }: { key: KmsKey; region: string }): KmsKey {
  const isExternal = key.origin === 'EXTERNAL';
  const { imported: _imported, ...shared } = key;
  return {
    ...shared,
    arn: arnInRegion(key.arn, region),
    region,
    primaryRegion: key.region,
    createdAt: kms.now().getTime(),
    description: text(input, 'Description', { max: 8192 }) ?? '',
    state: isExternal ? 'PendingImport' : 'Enabled',
    policy: text(input, 'Policy', { min: 1, max: 131_072 }) ?? defaultPolicy(key.accountId),
    tags: readTags(input),
    materialIds: isExternal ? [] : key.materialIds,
  };
}

/** Requires permission on both keys. Reported in both Regions. */
export const updatePrimaryRegion: Operation = (kms, call) => {
  const region = readRegion(call.input, 'PrimaryRegion');
  const conditions = { 'kms:PrimaryRegion': region };
  const key = requireKey(kms, call, () => conditions);
  assertMultiRegionPrimary(key);
  if (region === key.region) throw validation(`${region} is the primary Region of ${key.arn} already.`);
  const replica = currentKey(kms, kms.store.findKey(arnInRegion(key.arn, region)));
  if (!replica) throw notFound(`Key '${arnInRegion(key.arn, region)}' does not exist`);
  authorize(kms, { ...call, region }, { key: replica, conditions });
  assertEnabledOrUnavailable(kms, key);
  assertEnabledOrUnavailable(kms, replica);
  kms.store.commit(
    ...kms.store
      .keysWithId(key.accountId, key.keyId)
      .map((each): Change => ({ table: 'keys', id: each.arn, value: { ...each, primaryRegion: region } })),
  );
  kms.reportCall(call, key);
  kms.reportCall(call, replica);
  return {};
};
