/**
 * The stored records. They are immutable; a change replaces the record. Times are in milliseconds.
 */

type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion' | 'PendingReplicaDeletion' | 'PendingImport';

export type TextMap = Readonly<Record<string, string>>;

interface Rotation {
  readonly enabled: boolean;
  readonly periodInDays: number;
  /** When the next automatic rotation is due; null while rotation is off. */
  readonly nextAt: number | null;
  readonly onDemandCount: number;
  /** The rotations, oldest first; absent in records of earlier versions. */
  readonly history?: readonly KeyRotation[];
}

export interface KeyRotation {
  readonly materialId: string;
  readonly at: number;
  readonly type: 'AUTOMATIC' | 'ON_DEMAND';
}

export interface KmsKey {
  /** Order of creation, unique among all records; markers of pages refer to it. */
  readonly seq: number;
  readonly arn: string;
  readonly keyId: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAt: number;
  readonly description: string;
  readonly keySpec: string;
  readonly keyUsage: string;
  readonly origin: string;
  /** The custom key store that holds the material; absent for KMS's own. */
  readonly customKeyStoreId?: string;
  /** The external key behind a key in an external key store. */
  readonly xksKeyId?: string;
  readonly multiRegion: boolean;
  /** The Region of a multi-Region key's primary; absent means the key's own. */
  readonly primaryRegion?: string;
  readonly state: KeyState;
  /** Set exactly while the state is `PendingDeletion`. */
  readonly deletionAt: number | null;
  /** Set exactly while the state is `PendingReplicaDeletion`; the window starts with the last replica's deletion. */
  readonly deletionWindowDays?: number;
  readonly policy: string;
  readonly tags: TextMap;
  readonly rotation: Rotation;
  /**
   * Ids of the backing keys, the current one last. An asymmetric key has one, its key pair. A key with imported
   * material has the id of the first import, also after the material was deleted.
   */
  readonly materialIds: readonly string[];
  /** Set exactly while KMS holds the material of a key with the origin EXTERNAL. */
  readonly imported?: ImportedMaterial;
}

export interface ImportedMaterial {
  /** Null for material that does not expire. */
  readonly expiresAt: number | null;
  readonly description: string | null;
}

export interface GrantConstraints {
  readonly EncryptionContextEquals?: TextMap;
  readonly EncryptionContextSubset?: TextMap;
}

export interface Grant {
  readonly seq: number;
  readonly grantId: string;
  readonly keyArn: string;
  readonly name: string | null;
  readonly granteePrincipal: string;
  readonly retiringPrincipal: string | null;
  readonly operations: readonly string[];
  readonly constraints: GrantConstraints | null;
  /** Root ARN of the account whose principal created the grant. */
  readonly issuingAccount: string;
  readonly createdAt: number;
}

export interface Alias {
  readonly seq: number;
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly targetKeyArn: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The last successful cryptographic operation under a key. */
export interface Usage {
  readonly keyArn: string;
  readonly operation: string;
  readonly at: number;
  readonly eventId: string;
  readonly requestId: string;
}

export interface CustomKeyStore {
  readonly seq: number;
  /** As in `cks-1234567890abcdef0`. */
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly type: 'AWS_CLOUDHSM' | 'EXTERNAL_KEY_STORE';
  readonly isConnected: boolean;
  readonly createdAt: number;
  /** The cluster or the proxy, as `DescribeCustomKeyStores` shows it. Secrets are not stored. */
  readonly backend: Readonly<Record<string, unknown>>;
}

/** `value: null` removes the record. */
export type Change =
  | { readonly table: 'keys'; readonly id: string; readonly value: KmsKey | null }
  | { readonly table: 'grants'; readonly id: string; readonly value: Grant | null }
  | { readonly table: 'aliases'; readonly id: string; readonly value: Alias | null }
  | { readonly table: 'usages'; readonly id: string; readonly value: Usage | null }
  | { readonly table: 'stores'; readonly id: string; readonly value: CustomKeyStore | null };
