/** The operations by their names in the API. */
import type { Operation } from './context.ts';
import { createAlias, deleteAlias, listAliases, updateAlias } from './operations/aliases.ts';
import { createGrant } from './operations/create-grant.ts';
import {
  connectCustomKeyStore,
  createCustomKeyStore,
  deleteCustomKeyStore,
  describeCustomKeyStores,
  disconnectCustomKeyStore,
} from './operations/custom-key-stores.ts';
import { generateDataKey, generateDataKeyWithoutPlaintext, generateRandom } from './operations/data-keys.ts';
import { decrypt, encrypt, reEncrypt } from './operations/encryption.ts';
import { listGrants, listRetirableGrants, retireGrant, revokeGrant } from './operations/grants.ts';
import { deleteImportedKeyMaterial, getParametersForImport, importKeyMaterial } from './operations/imports.ts';
import { cancelKeyDeletion, disableKey, enableKey, scheduleKeyDeletion } from './operations/key-state.ts';
import { createKey, describeKey, getKeyLastUsage, listKeys, updateKeyDescription } from './operations/keys.ts';
import { replicateKey, updatePrimaryRegion } from './operations/multi-region.ts';
import { getKeyPolicy, listKeyPolicies, putKeyPolicy } from './operations/policies.ts';
import {
  disableKeyRotation,
  enableKeyRotation,
  getKeyRotationStatus,
  listKeyRotations,
  rotateKeyOnDemand,
} from './operations/rotation.ts';
import { getPublicKey, sign, verify } from './operations/signing.ts';
import { listResourceTags, tagResource, untagResource } from './operations/tags.ts';

export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    CancelKeyDeletion: cancelKeyDeletion,
    ConnectCustomKeyStore: connectCustomKeyStore,
    CreateAlias: createAlias,
    CreateCustomKeyStore: createCustomKeyStore,
    CreateGrant: createGrant,
    CreateKey: createKey,
    Decrypt: decrypt,
    DeleteAlias: deleteAlias,
    DeleteCustomKeyStore: deleteCustomKeyStore,
    DeleteImportedKeyMaterial: deleteImportedKeyMaterial,
    DescribeCustomKeyStores: describeCustomKeyStores,
    DescribeKey: describeKey,
    DisableKey: disableKey,
    DisableKeyRotation: disableKeyRotation,
    DisconnectCustomKeyStore: disconnectCustomKeyStore,
    EnableKey: enableKey,
    EnableKeyRotation: enableKeyRotation,
    Encrypt: encrypt,
    GenerateDataKey: generateDataKey,
    GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
    GenerateRandom: generateRandom,
    GetKeyLastUsage: getKeyLastUsage,
    GetKeyPolicy: getKeyPolicy,
    GetKeyRotationStatus: getKeyRotationStatus,
    GetParametersForImport: getParametersForImport,
    GetPublicKey: getPublicKey,
    ImportKeyMaterial: importKeyMaterial,
    ListAliases: listAliases,
    ListGrants: listGrants,
    ListKeyRotations: listKeyRotations,
    ListKeyPolicies: listKeyPolicies,
    ListKeys: listKeys,
    ListResourceTags: listResourceTags,
    ListRetirableGrants: listRetirableGrants,
    PutKeyPolicy: putKeyPolicy,
    ReEncrypt: reEncrypt,
    ReplicateKey: replicateKey,
    RetireGrant: retireGrant,
    RevokeGrant: revokeGrant,
    RotateKeyOnDemand: rotateKeyOnDemand,
    ScheduleKeyDeletion: scheduleKeyDeletion,
    Sign: sign,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateAlias: updateAlias,
    UpdateKeyDescription: updateKeyDescription,
    UpdatePrimaryRegion: updatePrimaryRegion,
    Verify: verify,
  }),
);
