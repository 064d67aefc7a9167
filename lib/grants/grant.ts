/** Grants by which the platform may use a customer's key. */

/** What the data plane may do with a customer's key under a database's grant. */
export const grantOperations = ['Decrypt', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'DescribeKey'] as const;

/** A grant as KMS lists it. */
export interface KmsGrant {
  readonly id: string;
  /** Of a grant that Latchkey made: the database's id. */
  readonly name: string | null;
  readonly grantee: string;
  readonly operations: readonly string[];
  /** The encryption context that it is bound to; of a volume's grant `aws:ebs:id`. */
  readonly context: Readonly<Record<string, string>>;
  readonly createdAt: string | null;
}

/**
 * What KMS let the platform see: `key`, all its grants on the key; `retirable`, since the key policy refuses `ListGrants`, those that it may
 * retire; `nothing`, since KMS did not answer.
 */
export const grantScopes = ['key', 'retirable', 'nothing'] as const;
export type GrantScope = (typeof grantScopes)[number];

/** Of the platform's grants, those that KMS has. */
export interface GrantPage {
  readonly scope: GrantScope;
  readonly grants: readonly KmsGrant[];
  /** Where the next page begins; null after the last. */
  readonly next: string | null;
}

/** Grants by their ids. Null: KMS has no such grant. A missing id: KMS did not say. */
export interface GrantsById {
  readonly scope: GrantScope;
  readonly grants: ReadonlyMap<string, KmsGrant | null>;
}
