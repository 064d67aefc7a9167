/**
 * Sign, Verify and GetPublicKey, with keys on the curve P-256. Checks go: request, key, permission, state, usage, and
 * then the dry run.
 */
import type { Call } from '../../protocol.ts';
import { authorise } from '../authorisation.ts';
import type { Kms, Operation } from '../context.ts';
import { dryRunSucceeded, invalidKeyUsage, invalidSignature, unsupported, validation } from '../errors.ts';
import { choice, flag, requiredBlob, requiredText } from '../input.ts';
import { algorithmsOf, signingAlgorithms } from '../key-specs.ts';
import { requireEnabled } from '../key-states.ts';
import { usedKey } from '../lookup.ts';
import { vaultIdOf } from '../multi-region.ts';
import type { KmsKey } from '../records.ts';
import { digestBytes, digestOf, isSignedBy, publicKeyOf, signDigest } from '../signing.ts';
import { noteUse } from '../usage.ts';
import { readGrantTokens } from './create-grant.ts';

/** `EXTERNAL_MU` is for ML-DSA keys only, which there are none of here. */
const messageTypes = ['RAW', 'DIGEST', 'EXTERNAL_MU'] as const;

interface Request {
  readonly key: KmsKey;
  readonly algorithm: string;
  readonly digest: Buffer;
  readonly pair: Buffer;
}

export const sign: Operation = async (kms, call) => {
  const { key, algorithm, digest, pair } = requested(kms, call);
  if (flag(call.input, 'DryRun')) throw dryRunSucceeded();
  const signature = await signDigest(pair, digest);
  noteUse(kms, call, key);
  return { KeyId: key.arn, Signature: signature.toString('base64'), SigningAlgorithm: algorithm };
};

/** Throws `KMSInvalidSignatureException` rather than answer that a signature is false. */
export const verify: Operation = async (kms, call) => {
  const signature = requiredBlob(call.input, 'Signature', { min: 1, max: 6144 });
  const { key, algorithm, digest, pair } = requested(kms, call);
  if (flag(call.input, 'DryRun')) throw dryRunSucceeded();
  if (!(await isSignedBy(pair, digest, signature))) throw invalidSignature();
  noteUse(kms, call, key);
  return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: algorithm };
};

function requested(kms: Kms, call: Call): Request {
  const { input, operation } = call;
  const message = requiredBlob(input, 'Message', { min: 1, max: 4096 });
  const messageType = choice(input, 'MessageType', messageTypes) ?? 'RAW';
  const isDigest = messageType === 'DIGEST';
  const algorithm = choice(input, 'SigningAlgorithm', signingAlgorithms) ?? requiredText(input, 'SigningAlgorithm');
  readGrantTokens(input);
  const key = usedKey(kms, call, requiredText(input, 'KeyId', { min: 1, max: 2048 }));
  const conditions = { 'kms:SigningAlgorithm': algorithm, 'kms:MessageType': messageType };
  authorise(kms, call, { key, conditions });
  requireEnabled(kms, key);
  const pair = pairOf(kms, key, { operation, algorithm });
  if (isDigest && message.length !== digestBytes)
    throw validation(`Digest is invalid length for algorithm ${algorithm}.`);
  return { key, algorithm, pair, digest: isDigest ? message : digestOf(message) };
}

function pairOf(kms: Kms, key: KmsKey, { operation, algorithm }: { operation: string; algorithm: string }): Buffer {
  if (key.keyUsage !== 'SIGN_VERIFY') {
    throw invalidKeyUsage(`${key.arn} key usage is ${key.keyUsage} which is not valid for ${operation}.`);
  }
  const { SigningAlgorithms = [] } = algorithmsOf(key.keySpec, key.keyUsage);
  if (!SigningAlgorithms.includes(algorithm)) {
    throw invalidKeyUsage(`Algorithm ${algorithm} is incompatible with key spec ${key.keySpec}.`);
  }
  return materialOf(kms, key, operation);
}

function materialOf({ vault }: Kms, key: KmsKey, operation: string): Buffer {
  const [materialId] = key.materialIds;
  const pair = materialId === undefined ? null : vault.find(vaultIdOf(key), materialId);
  if (!pair) throw unsupported(`${operation} with ${key.keySpec} is not supported by this emulator.`);
  return pair;
}

/** In any state in which the key can be used: KMS gives no public key of one that is disabled. */
export const getPublicKey: Operation = (kms, call) => {
  const { input, operation } = call;
  readGrantTokens(input);
  const key = usedKey(kms, call, requiredText(input, 'KeyId', { min: 1, max: 2048 }));
  authorise(kms, call, { key });
  requireAsymmetric(key);
  requireEnabled(kms, key);
  return {
    KeyId: key.arn,
    PublicKey: publicKeyOf(materialOf(kms, key, operation)).toString('base64'),
    CustomerMasterKeySpec: key.keySpec,
    KeySpec: key.keySpec,
    KeyUsage: key.keyUsage,
    ...algorithmsOf(key.keySpec, key.keyUsage),
  };
};

function requireAsymmetric({ arn, keySpec }: KmsKey): void {
  if (keySpec === 'SYMMETRIC_DEFAULT' || keySpec.startsWith('HMAC_'))
    throw unsupported(`${arn} key spec is ${keySpec} which is not valid for this operation.`);
}
