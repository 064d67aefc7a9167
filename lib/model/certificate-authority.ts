/** The platform's certificate authority, as it is stored. */
export interface StoredAuthority {
  /** PEM. */
  readonly certificate: string;
  /** The private key as ciphertext under the platform's KMS key, in base64. */
  readonly sealedKey: string;
  readonly createdAt: string;
}

/** Both as PEM. */
export interface IssuedCertificate {
  readonly certificate: string;
  readonly authority: string;
}
