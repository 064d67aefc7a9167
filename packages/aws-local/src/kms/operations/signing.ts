/**
 * Sign, Verify and GetPublicKey, with keys on the curve P-256. The order of checks: request, key, permission, state,
 * usage, dry run.
 */
import type { Call } from '../../protocol.ts';
import { authorize } from '../authorization.ts';
import type { Kms, Operation } from '../context.ts';
import { dryRunSucceeded, invalidKeyUsage, invalidSignature, unsupported, validation } from '../errors.ts';
import { choice, flag, requiredBlob, requiredText } from '../input.ts';
import { algorithmsOf, signingAlgorithms } from '../key-specs.ts';
import { assertEnabled } from '../key-states.ts';
import { requireNamedKey } from '../lookup.ts';
import { vaultIdOf } from '../multi-region.ts';
import type { KmsKey } from '../records.ts';
import { digestBytes, digestOf, isSignedBy, publicKeyOf, signDigest } from '../signing.ts';
import { recordUse } from '../usage.ts';
import { readGrantTokens } from './create-grant.ts';

/** `EXTERNAL_MU` is for ML-DSA keys only, which are not supported. */
const messageTypes = ['RAW', 'DIGEST', 'EXTERNAL_MU'] as const;

interface SigningRequest {
  readonly key: KmsKey;
  readonly algorithm: string;
  readonly digest: Buffer;
  readonly pair: Buffer;
}

export const sign: Operation = async (kms, call) => {
  const { key, algorithm, digest, pair } = readRequest(kms, call);
  if (flag(call.input, 'DryRun')) throw dryRunSucceeded();
  const signature = await signDigest(pair, digest);
  recordUse(kms, call, key);
  return { KeyId: key.arn, Signature: signature.toString('base64'), SigningAlgorithm: algorithm };
};

/** Throws `KMSInvalidSignatureException` for an invalid signature. */
export const verify: Operation = async (kms, call) => {
  const signature = requiredBlob(call.input, 'Signature', { min: 1, max: 6144 });
  const { key, algorithm, digest, pair } = readRequest(kms, call);
  if (flag(call.input, 'DryRun')) throw dryRunSucceeded();
  if (!(await isSignedBy(pair, digest, signature))) throw invalidSignature();
  recordUse(kms, call, key);
  return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: algorithm };
};

function readRequest(kms: Kms, call: Call): SigningRequest {
  const { input, operation } = call;
  const message = requiredBlob(input, 'Message', { min: 1, max: 4096 });
  const messageType = choice(input, 'MessageType', messageTypes) ?? 'RAW';
  const isDigest = messageType === 'DIGEST';
  const algorithm = choice(input, 'SigningAlgorithm', signingAlgorithms) ?? requiredText(input, 'SigningAlgorithm');
  readGrantTokens(input);
  const key = requireNamedKey(kms, call, requiredText(input, 'KeyId', { min: 1, max: 2048 }));
  const conditions = { 'kms:SigningAlgorithm': algorithm, 'kms:MessageType': messageType };
  authorize(kms, call, { key, conditions });
  assertEnabled(kms, key);
  const pair = keyPairOf(kms, key, { operation, algorithm });
  if (isDigest && message.length !== digestBytes)
    throw validation(`Digest is invalid length for algorithm ${algorithm}.`);
  return { key, algorithm, pair, digest: isDigest ? message : digestOf(message) };
}

function keyPairOf(kms: Kms, key: KmsKey, { operation, algorithm }: { operation: string; algorithm: string }): Buffer {
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

/** Requires an enabled key, as on AWS. */
export const getPublicKey: Operation = (kms, call) => {
  const { input, operation } = call;
  readGrantTokens(input);
  const key = requireNamedKey(kms, call, requiredText(input, 'KeyId', { min: 1, max: 2048 }));
  authorize(kms, call, { key });
  assertAsymmetric(key);
  assertEnabled(kms, key);
  return {
    KeyId: key.arn,
    PublicKey: publicKeyOf(materialOf(kms, key, operation)).toString('base64'),
    CustomerMasterKeySpec: key.keySpec,
    KeySpec: key.keySpec,
    KeyUsage: key.keyUsage,
    ...algorithmsOf(key.keySpec, key.keyUsage),
  };
};

function assertAsymmetric({ arn, keySpec }: KmsKey): void {
  if (keySpec === 'SYMMETRIC_DEFAULT' || keySpec.startsWith('HMAC_'))
    throw unsupported(`${arn} key spec is ${keySpec} which is not valid for this operation.`);
}
