/**
 * The platform's certificate authority, created at its first use. Its private key is encrypted under the platform's
 * key.
 */

import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import type { IssuedCertificate, StoredAuthority } from '#lib/model/certificate-authority.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Secret } from '#lib/model/secret.ts';
import { createAuthority, issueServerCertificate } from './certificate.ts';

export type AuthorityDeps = Needs<'findAuthority' | 'keepAuthority' | 'encrypt' | 'platformKeyArn' | 'now'>;

const context = { 'latchkey:purpose': 'certificate-authority' };

/** Throws `Transient` while KMS does not respond. */
export async function requireAuthority(deps: AuthorityDeps): Promise<StoredAuthority> {
  const known = await deps.findAuthority();
  if (known) return known;
  const at = deps.now();
  const { key, certificate } = createAuthority('Latchkey certificate authority', at);
  const sealedKey = await deps.encrypt(deps.platformKeyArn(), new Secret(key), context);
  const made: StoredAuthority = { certificate, sealedKey, createdAt: at.toISOString() };
  if (await deps.keepAuthority(made)) return made;
  const first = await deps.findAuthority();
  if (!first) throw new Error('The certificate authority was written by another process and cannot be read.');
  return first;
}

/**
 * Issues a certificate for a database server's key and IPv4 address. It is valid as long as the authority, since
 * servers do not renew it. `publicKey` is PEM (SubjectPublicKeyInfo). Throws for an invalid key or address.
 */
export const issueCertificate =
  (deps: AuthorityDeps & Needs<'decrypt'>) =>
  async ({
    publicKey,
    address,
  }: {
    readonly publicKey: string;
    readonly address: string;
  }): Promise<IssuedCertificate> => {
    const { certificate: authority, sealedKey } = await requireAuthority(deps);
    const key = (await deps.decrypt(deps.platformKeyArn(), sealedKey, context)).reveal();
    const until = new Date(new X509Certificate(authority).validTo);
    const identity = { publicKey: createPublicKey(publicKey), hosts: [], addresses: [address], until };
    return { certificate: issueServerCertificate({ key, certificate: authority }, identity, deps.now()), authority };
  };

/** An authority as clients see it. */
export interface AuthorityFacts {
  /** PEM. */
  readonly certificate: string;
  /** SHA-256 of the certificate in DER, in lower-case hex. */
  readonly sha256: string;
  readonly validUntil: string;
}

export function factsOf(certificate: string): AuthorityFacts {
  const { raw, validTo } = new X509Certificate(certificate);
  return {
    certificate,
    sha256: createHash('sha256').update(raw).digest('hex'),
    validUntil: new Date(validTo).toISOString(),
  };
}

/** The trusted authority: the fleet driver's own if it has one, otherwise the platform's. */
export const readAuthority =
  (deps: AuthorityDeps & { readonly fleetAuthority: () => Promise<string | null> }) =>
  async (): Promise<AuthorityFacts> =>
    factsOf((await deps.fleetAuthority()) ?? (await requireAuthority(deps)).certificate);
