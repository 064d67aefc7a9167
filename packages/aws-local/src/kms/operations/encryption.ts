/**
 * Encrypt, Decrypt and ReEncrypt under symmetric keys. The order of checks: request, key, permission, matching key,
 * state, usage, dry run.
 */
import type { NamedValues } from '../../iam/request-values.ts';
import type { Call } from '../../protocol.ts';
import { authorize } from '../authorization.ts';
import { type Envelope, readEnvelope } from '../ciphertext.ts';
import { aliasIn } from '../condition-values.ts';
import type { Kms, Operation } from '../context.ts';
import { encryptionContext } from '../encryption-context.ts';
import {
  deniedByCiphertext,
  dryRunSucceeded,
  incorrectKey,
  invalidCiphertext,
  unsupported,
  validation,
} from '../errors.ts';
import { blob, choice, choiceList, flag, type Input, requiredBlob, requiredText, text } from '../input.ts';
import { decryptUnderKey, encryptUnderKey } from '../key-encryption.ts';
import { assertEnabled, assertSymmetric } from '../key-states.ts';
import { currentKey } from '../lifecycle.ts';
import { assertNotThrottled, requireNamedKey } from '../lookup.ts';
import { arnInRegion, isSameKey } from '../multi-region.ts';
import type { KmsKey, TextMap } from '../records.ts';
import { recordUse } from '../usage.ts';
import { readGrantTokens } from './create-grant.ts';

const algorithms = ['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE'] as const;
const readAlgorithm = (input: Input, name: string) => choice(input, name, algorithms) ?? 'SYMMETRIC_DEFAULT';

export const encrypt: Operation = (kms, call) => {
  const { input } = call;
  const plaintext = requiredBlob(input, 'Plaintext', { min: 1, max: 4096 });
  const context = encryptionContext(input);
  const algorithm = readAlgorithm(input, 'EncryptionAlgorithm');
  const dryRun = flag(input, 'DryRun');
  readGrantTokens(input);
  const key = requireNamedKey(kms, call, requiredText(input, 'KeyId', { min: 1, max: 2048 }));
  authorize(kms, call, { key, context, conditions: { 'kms:EncryptionAlgorithm': algorithm } });
  assertEnabled(kms, key);
  assertSymmetric(key, { operation: 'Encrypt', algorithm });
  if (dryRun) throw dryRunSucceeded();
  const { CiphertextBlob } = encryptUnderKey(kms, key, { plaintext, context });
  recordUse(kms, call, key);
  return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm: algorithm };
};

/**
 * The input of Decrypt and of ReEncrypt's source. `envelope` is null in a dry run that ignores the ciphertext.
 */
interface Source {
  readonly keyName: string | null;
  readonly envelope: Envelope | null;
  readonly context: TextMap;
  readonly algorithm: string;
  readonly action: 'kms:Decrypt' | 'kms:ReEncryptFrom';
}

function readSource(input: Input, { prefix, action }: { prefix: '' | 'Source'; action: Source['action'] }): Source {
  const keyName = text(input, prefix ? 'SourceKeyId' : 'KeyId', { min: 1, max: 2048 });
  const ignored = ignoresCiphertext(input);
  if (ignored && keyName === null) throw validation('A key ID is required when the ciphertext is ignored.');
  const bytes = ignored
    ? blob(input, 'CiphertextBlob', { min: 1, max: 6144 })
    : requiredBlob(input, 'CiphertextBlob', { min: 1, max: 6144 });
  const envelope = bytes && !ignored ? readEnvelope(bytes) : null;
  if (!ignored && envelope === null) throw invalidCiphertext();
  readGrantTokens(input);
  const context = encryptionContext(input, `${prefix}EncryptionContext`);
  return { keyName, envelope, context, algorithm: readAlgorithm(input, `${prefix}EncryptionAlgorithm`), action };
}

function ignoresCiphertext(input: Input): boolean {
  const modifiers = choiceList(input, 'DryRunModifiers', { max: 1, values: ['IGNORE_CIPHERTEXT'] });
  if (modifiers.length > 0 && !flag(input, 'DryRun'))
    throw validation('DryRunModifiers are only for requests with DryRun.');
  return modifiers.length > 0;
}

const findSource = (kms: Kms, call: Call, source: Source): KmsKey =>
  source.keyName === null ? keyOfCiphertext(kms, call, source) : requireNamedKey(kms, call, source.keyName);

/** All checks of the source that do not need the key's material. */
function assertSource(
  kms: Kms,
  call: Call,
  { key, source, conditions }: { key: KmsKey; source: Source; conditions?: NamedValues },
) {
  const { keyName, envelope, context, action, algorithm } = source;
  const own = { 'kms:EncryptionAlgorithm': algorithm, 'kms:RequestAlias': aliasIn(keyName) };
  authorize(kms, call, { key, action, context, conditions: { ...own, ...conditions } });
  if (envelope && !isSameKey(key, envelope.keyArn)) throw incorrectKey();
  assertEnabled(kms, key);
  assertSymmetric(key, { operation: call.operation, algorithm });
}

/** Each related key of a multi-Region key decrypts the ciphertext. */
function keyOfCiphertext(kms: Kms, call: Call, { envelope, action }: Source): KmsKey {
  const key = currentKey(kms, kms.store.findKey(arnInRegion(envelope?.keyArn ?? '', call.region)));
  if (key?.region !== call.region) throw deniedByCiphertext(call, action);
  assertNotThrottled(kms, key);
  return key;
}

export const decrypt: Operation = (kms, call) => {
  const { input } = call;
  if (input.Recipient !== undefined) throw unsupported('Recipient is not supported by this emulator.');
  const dryRun = flag(input, 'DryRun');
  const source = readSource(input, { prefix: '', action: 'kms:Decrypt' });
  const key = findSource(kms, call, source);
  assertSource(kms, call, { key, source });
  const { envelope, context, algorithm } = source;
  if (!envelope) throw dryRunSucceeded();
  const plaintext = decryptUnderKey(kms, key, { envelope, context });
  if (dryRun) throw dryRunSucceeded();
  recordUse(kms, call, key);
  return {
    KeyId: key.arn,
    Plaintext: plaintext.toString('base64'),
    EncryptionAlgorithm: algorithm,
    KeyMaterialId: envelope.materialId,
  };
};

/** Needs `kms:ReEncryptFrom` on the source key and `kms:ReEncryptTo` on the destination. */
export const reEncrypt: Operation = (kms, call) => {
  const { input } = call;
  const dryRun = flag(input, 'DryRun');
  const source = readSource(input, { prefix: 'Source', action: 'kms:ReEncryptFrom' });
  const context = encryptionContext(input, 'DestinationEncryptionContext');
  const algorithm = readAlgorithm(input, 'DestinationEncryptionAlgorithm');
  const destinationName = requiredText(input, 'DestinationKeyId', { min: 1, max: 2048 });
  const from = findSource(kms, call, source);
  const to = requireNamedKey(kms, call, destinationName);
  const both = { 'kms:ReEncryptOnSameKey': String(from.arn === to.arn) };
  assertSource(kms, call, { key: from, source, conditions: both });
  const conditions = { ...both, 'kms:EncryptionAlgorithm': algorithm, 'kms:RequestAlias': aliasIn(destinationName) };
  authorize(kms, call, { key: to, action: 'kms:ReEncryptTo', context, conditions });
  assertEnabled(kms, to);
  assertSymmetric(to, { operation: 'ReEncrypt', algorithm });
  if (!source.envelope) throw dryRunSucceeded();
  const plaintext = decryptUnderKey(kms, from, { envelope: source.envelope, context: source.context });
  if (dryRun) throw dryRunSucceeded();
  const encrypted = encryptUnderKey(kms, to, { plaintext, context });
  for (const key of [from, to]) recordUse(kms, call, key);
  return {
    CiphertextBlob: encrypted.CiphertextBlob,
    SourceKeyId: from.arn,
    KeyId: to.arn,
    SourceEncryptionAlgorithm: source.algorithm,
    DestinationEncryptionAlgorithm: algorithm,
    SourceKeyMaterialId: source.envelope.materialId,
    DestinationKeyMaterialId: encrypted.KeyMaterialId,
  };
};
