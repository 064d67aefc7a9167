/** Signs statements with the platform's signing key. */
import { createHash } from 'node:crypto';
import type { Needs } from '#lib/model/ports.ts';
import { algorithm, type Signature, type SignedBy, signedBytes } from './statement.ts';

export type SignDeps = Needs<'signer' | 'signDigest'>;

/** Returns the statement as it is sent, without undefined members. Throws `Transient` while KMS does not sign. */
export async function signStatement<T extends { readonly signedBy: SignedBy }>(
  { signer, signDigest }: SignDeps,
  statementBy: (keyId: string) => T,
): Promise<{ statement: T; signature: Signature }> {
  const { keyId, publicKey } = await signer();
  const statement = JSON.parse(JSON.stringify(statementBy(keyId))) as T;
  const value = await signDigest(createHash('sha256').update(signedBytes(statement)).digest());
  return { statement, signature: { keyId, algorithm, value, publicKey } };
}
