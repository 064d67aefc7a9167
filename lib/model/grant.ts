/** Grants by which the platform may use a customer's key. */

import type { Context } from './key.ts';

/** What the data plane may do with a customer's key under a database's grant. */
export const grantOperations = [
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'DescribeKey',
] as const;

/** A grant as KMS lists it. */
export interface KmsGrant {
  readonly id: string;
  /** The database's id, for a grant that Latchkey created. */
  readonly name: string | null;
  readonly grantee: string;
  readonly operations: readonly string[];
  /** The encryption context constraint; `aws:ebs:id` for a volume's grant. */
  readonly context: Readonly<Record<string, string>>;
  readonly createdAt: string | null;
}

/**
 * Which of the platform's grants KMS listed. `key`: all on the key. `retirable`: those that the platform may retire,
 * since the key policy denies `ListGrants`. `nothing`: KMS did not respond.
 */
export const grantScopes = ['key', 'retirable', 'nothing'] as const;
export type GrantScope = (typeof grantScopes)[number];

/** A page of the platform's grants, as KMS lists them. */
export interface GrantPage {
  readonly scope: GrantScope;
  readonly grants: readonly KmsGrant[];
  /** KMS's marker of the next page; null after the last. */
  readonly next: string | null;
}

/** Grants by id. Null: the grant does not exist. A missing id: KMS did not respond. */
export interface GrantsById {
  readonly scope: GrantScope;
  readonly grants: ReadonlyMap<string, KmsGrant | null>;
}

export interface GrantRequest {
  readonly keyArn: string;
  readonly databaseId: string;
  readonly context: Context;
}

export interface GrantQuery {
  readonly after: string | null;
  readonly limit: number;
}
