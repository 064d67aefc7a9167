/** Key specs, their usages, and the algorithms of each. */
import { validation } from './errors.ts';

export const keyUsages = ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT'] as const;
export type KeyUsage = (typeof keyUsages)[number];

/** Members of `KeyMetadata`. */
type Algorithms = Readonly<Record<string, readonly string[]>>;
type Usages = Partial<Record<KeyUsage, Algorithms>>;

const rsa: Usages = {
  ENCRYPT_DECRYPT: { EncryptionAlgorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] },
  SIGN_VERIFY: {
    SigningAlgorithms: ['PKCS1_V1_5', 'PSS'].flatMap((scheme) =>
      ['256', '384', '512'].map((size) => `RSASSA_${scheme}_SHA_${size}`),
    ),
  },
};
const nistCurve = (hash: string): Usages => ({
  SIGN_VERIFY: { SigningAlgorithms: [`ECDSA_SHA_${hash}`] },
  KEY_AGREEMENT: { KeyAgreementAlgorithms: ['ECDH'] },
});
const hmac = (hash: string): Usages => ({ GENERATE_VERIFY_MAC: { MacAlgorithms: [`HMAC_SHA_${hash}`] } });

const specs = {
  SYMMETRIC_DEFAULT: { ENCRYPT_DECRYPT: { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] } },
  RSA_2048: rsa,
  RSA_3072: rsa,
  RSA_4096: rsa,
  ECC_NIST_P256: nistCurve('256'),
  ECC_NIST_P384: nistCurve('384'),
  ECC_NIST_P521: nistCurve('512'),
  ECC_SECG_P256K1: { SIGN_VERIFY: { SigningAlgorithms: ['ECDSA_SHA_256'] } },
  HMAC_224: hmac('224'),
  HMAC_256: hmac('256'),
  HMAC_384: hmac('384'),
  HMAC_512: hmac('512'),
} satisfies Record<string, Usages>;

/** The signing algorithms of all specs. */
export const signingAlgorithms = [
  ...new Set(Object.values<Usages>(specs).flatMap(({ SIGN_VERIFY }) => SIGN_VERIFY?.SigningAlgorithms ?? [])),
];

export type KeySpec = keyof typeof specs;
export const keySpecs = Object.keys(specs) as KeySpec[];

/** Throws `ValidationException` for a usage that the spec does not have, and for a missing one that has no default. */
export function usageOf(keySpec: KeySpec, wanted: KeyUsage | null): KeyUsage {
  if (wanted === null && keySpec !== 'SYMMETRIC_DEFAULT') {
    throw validation('You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.');
  }
  const usage = wanted ?? 'ENCRYPT_DECRYPT';
  if (!Object.hasOwn(specs[keySpec], usage))
    throw validation(`KeyUsage ${usage} is not compatible with KeySpec ${keySpec}`);
  return usage;
}

export function algorithmsOf(keySpec: string, keyUsage: string): Algorithms {
  const usages: Readonly<Record<string, Readonly<Record<string, Algorithms>>>> = specs;
  return usages[keySpec]?.[keyUsage] ?? {};
}
