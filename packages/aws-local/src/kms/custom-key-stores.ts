/**
 * Simulated custom key stores: a store has no CloudHSM cluster or external key manager, and its keys are held like
 * KMS's own. AWS's rules about a store's state are enforced.
 */
import { AwsError, type Call } from '../protocol.ts';
import type { Kms } from './context.ts';
import { unsupported, validation } from './errors.ts';
import { text } from './input.ts';
import type { CustomKeyStore, KmsKey } from './records.ts';

export const storeNotFound = () =>
  new AwsError('CustomKeyStoreNotFoundException', 'The custom key store does not exist.');
export const invalidStoreState = (message: string) => new AwsError('CustomKeyStoreInvalidStateException', message);

/** A store of the caller's account and Region. Throws `CustomKeyStoreNotFoundException`. */
export function requireStore({ store }: Kms, { caller, region }: Call, id: string): CustomKeyStore {
  const found = store.findStore(id);
  if (!found || found.accountId !== caller.accountId || found.region !== region) throw storeNotFound();
  return found;
}

/** Whether the key's store is disconnected, so that the key cannot be used in any state. */
export function isUnavailable({ store }: Kms, { customKeyStoreId }: KmsKey): boolean {
  return customKeyStoreId !== undefined && store.findStore(customKeyStoreId)?.isConnected !== true;
}

type Placement = Pick<KmsKey, 'customKeyStoreId' | 'xksKeyId'>;

/** The custom key store of a new key, if any. Throws AWS's errors for a store that cannot hold it. */
export function placementOf(kms: Kms, call: Call, { origin, ...kind }: NewKey): Placement {
  const storeId = text(call.input, 'CustomKeyStoreId', { min: 1, max: 64 });
  const xksKeyId = text(call.input, 'XksKeyId', { min: 1, max: 128, pattern: /^[a-zA-Z0-9-_.]+$/ });
  if (storeId === null) {
    if (origin === 'AWS_CLOUDHSM' || origin === 'EXTERNAL_KEY_STORE')
      throw validation(`Origin ${origin} needs a CustomKeyStoreId.`);
    if (xksKeyId !== null) throw unsupported('XksKeyId is only for keys in an external key store.');
    return {};
  }
  const found = requireStore(kms, call, storeId);
  if (origin !== found.type) throw validation(`Origin ${origin} is not valid for a custom key store of ${found.type}.`);
  if (kind.keySpec !== 'SYMMETRIC_DEFAULT' || kind.multiRegion)
    throw unsupported('A custom key store holds symmetric single-Region keys only.');
  if (!found.isConnected) throw invalidStoreState(`The custom key store ${storeId} is not connected.`);
  return { customKeyStoreId: storeId, ...externalKeyOf(kms, found, xksKeyId) };
}

interface NewKey {
  readonly origin: string;
  readonly keySpec: string;
  readonly multiRegion: boolean;
}

function externalKeyOf({ store }: Kms, { id, type }: CustomKeyStore, xksKeyId: string | null): Placement {
  if (type === 'AWS_CLOUDHSM') {
    if (xksKeyId !== null) throw unsupported('XksKeyId is only for keys in an external key store.');
    return {};
  }
  if (xksKeyId === null) throw validation('A key in an external key store needs an XksKeyId.');
  if (store.keysInStore(id).some((key) => key.xksKeyId === xksKeyId))
    throw new AwsError('XksKeyAlreadyInUseException', `The external key ${xksKeyId} is in use already.`);
  return { xksKeyId };
}

/** Members of `KeyMetadata`. */
export function storeMetadata({ store }: Kms, { customKeyStoreId, xksKeyId }: KmsKey) {
  if (customKeyStoreId === undefined) return {};
  const clusterId = store.findStore(customKeyStoreId)?.backend.CloudHsmClusterId;
  return {
    CustomKeyStoreId: customKeyStoreId,
    ...(clusterId === undefined ? {} : { CloudHsmClusterId: clusterId }),
    ...(xksKeyId === undefined ? {} : { XksKeyConfiguration: { Id: xksKeyId } }),
  };
}
