/**
 * Multi-Region keys: a primary and its replicas. They share id, material, spec, usage, origin and rotation; each has
 * its own policy, state, grants, aliases and tags.
 * Source: KMS guide, "Multi-Region keys in AWS KMS".
 */
import type { Kms } from './context.ts';
import { unsupported } from './errors.ts';
import type { Change, KmsKey } from './records.ts';

export const isPrimary = ({ region, primaryRegion = region }: KmsKey): boolean => region === primaryRegion;

/** All keys of the set, including the key itself. */
const relatedKeys = ({ store }: Kms, { multiRegion, accountId, keyId, arn }: KmsKey): KmsKey[] =>
  multiRegion ? store.keysWithId(accountId, keyId) : [store.findKey(arn)].filter((key) => key !== undefined);

export const replicasOf = (kms: Kms, key: KmsKey): KmsKey[] =>
  relatedKeys(kms, key).filter((related) => !isPrimary(related));

export const primaryOf = (kms: Kms, key: KmsKey): KmsKey | undefined => relatedKeys(kms, key).find(isPrimary);

/** The ARN of a multi-Region key in that Region; unchanged for any other key. */
export const arnInRegion = (arn: string, region: string): string =>
  arn.includes(':key/mrk-') ? arn.split(':').with(3, region).join(':') : arn;

export const isSameKey = ({ arn, region }: KmsKey, other: string): boolean => arn === arnInRegion(other, region);

/** Changes of related keys: the key's rotation and, unless each imports its own, its material. */
export function sharedChanges(kms: Kms, key: KmsKey): Change[] {
  const { rotation, materialIds } = key;
  const others = relatedKeys(kms, key).filter(({ arn }) => arn !== key.arn);
  const shared = key.origin === 'EXTERNAL' ? { rotation } : { rotation, materialIds };
  return others.map((other) => ({ table: 'keys', id: other.arn, value: { ...other, ...shared } }));
}

/** The vault's id of the key's material. Related keys share it, unless each imports its own. */
export const vaultIdOf = ({ keyId, region, origin, multiRegion }: KmsKey): string =>
  origin === 'EXTERNAL' && multiRegion ? `${keyId}.${region}` : keyId;

/** Throws `UnsupportedOperationException` for a replica. */
export function assertPrimary(key: KmsKey): void {
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
