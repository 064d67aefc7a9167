/**
 * Imports and deletes key material. A key accepts only the material of its first import again.
 * Does not: import further material for rotation on demand.
 */
import { createHash, createPrivateKey } from 'node:crypto';
import type { Kms, Operation } from '../context.ts';
import { incorrectKeyMaterial, notFound, unsupported, validation } from '../errors.ts';
import {
  newImportParameters,
  readImportToken,
  unwrap,
  wrappingAlgorithms,
  wrappingKeySpecs,
} from '../import-tokens.ts';
import { choice, type Input, requiredBlob, requiredChoice, text, timestamp } from '../input.ts';
import { seconds } from '../key-metadata.ts';
import { assertNotPendingDeletion, assertOrigin } from '../key-states.ts';
import { daysMs, deleteImport, replaceKey } from '../lifecycle.ts';
import { isPrimary, primaryOf, vaultIdOf } from '../multi-region.ts';
import type { ImportedMaterial, KmsKey } from '../records.ts';
import { requireKey } from '../require-key.ts';

export const getParametersForImport: Operation = async (kms, call) => {
  const algorithm = requiredChoice(call.input, 'WrappingAlgorithm', wrappingAlgorithms);
  const keySpec = requiredChoice(call.input, 'WrappingKeySpec', wrappingKeySpecs);
  const conditions = { 'kms:WrappingAlgorithm': algorithm, 'kms:WrappingKeySpec': keySpec };
  const key = requireKey(kms, call, () => conditions);
  assertOrigin(key, 'EXTERNAL');
  assertNotPendingDeletion(key);
  const { token, publicKey, validTo } = await newImportParameters(kms, key, { algorithm, keySpec });
  return {
    KeyId: key.arn,
    ImportToken: token.toString('base64'),
    PublicKey: publicKey.toString('base64'),
    ParametersValidTo: seconds(validTo),
  };
};

export const importKeyMaterial: Operation = (kms, call) => {
  const { input } = call;
  const token = requiredBlob(input, 'ImportToken', { min: 1, max: 6144 });
  const wrapped = requiredBlob(input, 'EncryptedKeyMaterial', { min: 1, max: 6144 });
  const { model, validTo } = readExpiration(kms, input);
  const type = choice(input, 'ImportType', ['NEW_KEY_MATERIAL', 'EXISTING_KEY_MATERIAL']);
  const conditions = {
    'kms:ExpirationModel': model,
    'kms:ValidTo': validTo === null ? undefined : new Date(validTo).toISOString(),
  };
  const key = requireKey(kms, call, () => conditions);
  assertOrigin(key, 'EXTERNAL');
  assertNotPendingDeletion(key);
  const material = unwrap(readImportToken(kms, key, token), wrapped);
  assertMaterialOf(key, material);
  const materialId = materialIdOf(key, material);
  assertExpected(kms, key, { materialId, type, named: text(input, 'KeyMaterialId', { min: 64, max: 64 }) });

  kms.vault.add(vaultIdOf(key), material, materialId);
  const imported = { expiresAt: expiryOf(kms, validTo), description: descriptionIn(input, key) };
  const state = key.state === 'PendingImport' ? 'Enabled' : key.state;
  replaceKey(kms, { ...key, state, materialIds: [materialId], imported });
  const response = { KeyId: key.arn, KeyMaterialId: materialId };
  kms.reportCall(call, key, { response });
  return response;
};

const longestValidityDays = 365;

function readExpiration({ now }: Kms, input: Input) {
  const models = ['KEY_MATERIAL_EXPIRES', 'KEY_MATERIAL_DOES_NOT_EXPIRE'] as const;
  const model = choice(input, 'ExpirationModel', models) ?? 'KEY_MATERIAL_EXPIRES';
  const validTo = timestamp(input, 'ValidTo');
  if (model === 'KEY_MATERIAL_EXPIRES' && validTo === null)
    throw validation('A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES');
  if (model === 'KEY_MATERIAL_DOES_NOT_EXPIRE' && validTo !== null)
    throw validation('A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE');
  const at = now().getTime();
  if (validTo !== null && (validTo <= at || validTo > at + daysMs({ speed: 1 }, longestValidityDays)))
    throw validation(`The validTo date must be in the future, and at most ${longestValidityDays} days from now.`);
  return { model, validTo };
}

/** The time of the expiry at the emulator's speed. */
function expiryOf({ now, speed }: Kms, validTo: number | null): ImportedMaterial['expiresAt'] {
  const at = now().getTime();
  return validTo === null ? null : at + (validTo - at) / speed;
}

const descriptionIn = (input: Input, { imported }: KmsKey) =>
  text(input, 'KeyMaterialDescription', { max: 256 }) ?? imported?.description ?? null;

/** Derived from the key's id and the material, so that related keys have the same id for the same material. */
const materialIdOf = ({ keyId }: KmsKey, material: Buffer): string =>
  createHash('sha256').update(keyId).update(material).digest('hex');

/** Throws `IncorrectKeyMaterialException` for material that the key's spec does not permit. */
function assertMaterialOf({ keySpec }: KmsKey, material: Buffer): void {
  if (keySpec === 'SYMMETRIC_DEFAULT') {
    if (material.length !== 32) throw incorrectKeyMaterial('The key material must be 256 bits long.');
  } else if (keySpec === 'ECC_NIST_P256') {
    if (curveOf(material) !== 'prime256v1')
      throw incorrectKeyMaterial('The key material is not a key on ECC_NIST_P256.');
  } else throw unsupported(`Importing ${keySpec} is not supported by this emulator.`);
}

function curveOf(pkcs8: Buffer): string | undefined {
  try {
    return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).asymmetricKeyDetails?.namedCurve;
  } catch {
    return undefined;
  }
}

interface Offer {
  readonly materialId: string;
  readonly type: 'NEW_KEY_MATERIAL' | 'EXISTING_KEY_MATERIAL' | null;
  /** The id by which the request names the material. */
  readonly named: string | null;
}

/** A replica accepts only its primary's material. Throws `IncorrectKeyMaterialException`. */
function assertExpected(kms: Kms, key: KmsKey, { materialId, type, named }: Offer): void {
  const known = (isPrimary(key) ? key : primaryOf(kms, key))?.materialIds[0];
  const reason =
    known === undefined ? firstImportFault(key, { type, named }) : reimportFault(known, { materialId, type });
  if (reason) throw incorrectKeyMaterial(reason);
  if (named !== null && named !== materialId)
    throw incorrectKeyMaterial('The key material does not have the given KeyMaterialId.');
}

function firstImportFault(key: KmsKey, { type, named }: Pick<Offer, 'type' | 'named'>): string | null {
  if (!isPrimary(key)) return 'Import new key material into the primary key first.';
  return type === 'EXISTING_KEY_MATERIAL' || named !== null ? 'No key material was imported before.' : null;
}

function reimportFault(known: string, { materialId, type }: Pick<Offer, 'materialId' | 'type'>): string | null {
  if (known !== materialId) return 'The key material is not the key material that was imported before.';
  return type === 'NEW_KEY_MATERIAL' ? 'The key material was imported before.' : null;
}

/** Without effect on a key that has no material. */
export const deleteImportedKeyMaterial: Operation = (kms, call) => {
  const key = requireKey(kms, call);
  assertOrigin(key, 'EXTERNAL');
  const named = text(call.input, 'KeyMaterialId', { min: 64, max: 64 });
  const KeyMaterialId = key.materialIds.at(-1);
  if (named !== null && named !== KeyMaterialId) throw notFound(`Key material ${named} is not found.`);
  if (key.imported) deleteImport(kms, key);
  const response = { KeyId: key.arn, ...(KeyMaterialId === undefined ? {} : { KeyMaterialId }) };
  kms.reportCall(call, key, { response });
  return response;
};
