/**
 * The keys of several Regions that are one multi-Region key: a primary and its replicas. They share id, material, spec,
 * usage, origin and rotation; each has its own policy, state, grants, aliases and tags.
 * Source: KMS guide, "Multi-Region keys in AWS KMS".
 */
import type { Kms } from './context.ts';
import { unsupported } from './errors.ts';
import type { Change, KmsKey } from './records.ts';

export const isPrimary = ({ region, primaryRegion = region }: KmsKey): boolean => region === primaryRegion;

/** All keys of the set, the key itself included; a single-Region key is alone. */
const relatedKeys = ({ store }: Kms, { multiRegion, accountId, keyId, arn }: KmsKey): KmsKey[] =>
  multiRegion ? store.keysWithId(accountId, keyId) : [store.findKey(arn)].filter((key) => key !== undefined);

export const replicasOf = (kms: Kms, key: KmsKey): KmsKey[] =>
  relatedKeys(kms, key).filter((related) => !isPrimary(related));

export const primaryOf = (kms: Kms, key: KmsKey): KmsKey | undefined => relatedKeys(kms, key).find(isPrimary);

/** The ARN that a multi-Region key has in that Region; that of another key does not change. */
export const arnInRegion = (arn: string, region: string): string =>
  arn.includes(':key/mrk-') ? arn.split(':').with(3, region).join(':') : arn;

export const isSameKey = ({ arn, region }: KmsKey, other: string): boolean => arn === arnInRegion(other, region);

/** The changes by which a key's related keys get its rotation and, unless each imports its own, its material. */
export function sharedChanges(kms: Kms, key: KmsKey): Change[] {
  const { rotation, materialIds } = key;
  const others = relatedKeys(kms, key).filter(({ arn }) => arn !== key.arn);
  const shared = key.origin === 'EXTERNAL' ? { rotation } : { rotation, materialIds };
  return others.map((other) => ({ table: 'keys', id: other.arn, value: { ...other, ...shared } }));
}

/** Where the vault holds a key's material: related keys share it, unless each imports its own. */
export const vaultIdOf = ({ keyId, region, origin, multiRegion }: KmsKey): string =>
  origin === 'EXTERNAL' && multiRegion ? `${keyId}.${region}` : keyId;

/** For what only the primary can do. Throws `UnsupportedOperationException`. */
export function requirePrimary(key: KmsKey): void {
  if (!isPrimary(key))
    throw unsupported(`${key.arn} is a multi-Region replica key, which is not valid for this operation.`);
}

const described = ({ arn, region }: KmsKey) => ({ Arn: arn, Region: region });

/** The member of `KeyMetadata`. */
export function multiRegionConfiguration(kms: Kms, key: KmsKey) {
  if (!key.multiRegion) return {};
  return {
    MultiRegionConfiguration: {
      MultiRegionKeyType: isPrimary(key) ? 'PRIMARY' : 'REPLICA',
      PrimaryKey: described(primaryOf(kms, key) ?? key),
      ReplicaKeys: replicasOf(kms, key).map(described),
    },
  };
}
