/**
 * Encrypt, Decrypt and ReEncrypt under symmetric keys. Checks go: request, key, permission, right key, state, usage,
 * and then the dry run.
 */
import type { NamedValues } from '../../iam/request-values.ts';
import type { Call } from '../../protocol.ts';
import { authorise } from '../authorisation.ts';
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
import { requireEnabled, requireSymmetric } from '../key-states.ts';
import { settle } from '../lifecycle.ts';
import { requireQuota, usedKey } from '../lookup.ts';
import { arnInRegion, isSameKey } from '../multi-region.ts';
import type { KmsKey, TextMap } from '../records.ts';
import { sealUnder, unsealUnder } from '../sealing.ts';
import { noteUse } from '../usage.ts';
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
  const key = usedKey(kms, call, requiredText(input, 'KeyId', { min: 1, max: 2048 }));
  authorise(kms, call, { key, context, conditions: { 'kms:EncryptionAlgorithm': algorithm } });
  requireEnabled(kms, key);
  requireSymmetric(key, { operation: 'Encrypt', algorithm });
  if (dryRun) throw dryRunSucceeded();
  const { CiphertextBlob } = sealUnder(kms, key, { plaintext, context });
  noteUse(kms, call, key);
  return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm: algorithm };
};

/**
 * What Decrypt and the first half of ReEncrypt read: a ciphertext, or, in a dry run for permission alone, just the key.
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
  source.keyName === null ? keyOfCiphertext(kms, call, source) : usedKey(kms, call, source.keyName);

/** All checks of the source that don't need its key's material. */
function requireSource(
  kms: Kms,
  call: Call,
  { key, source, conditions }: { key: KmsKey; source: Source; conditions?: NamedValues },
) {
  const { keyName, envelope, context, action, algorithm } = source;
  const own = { 'kms:EncryptionAlgorithm': algorithm, 'kms:RequestAlias': aliasIn(keyName) };
  authorise(kms, call, { key, action, context, conditions: { ...own, ...conditions } });
  if (envelope && !isSameKey(key, envelope.keyArn)) throw incorrectKey();
  requireEnabled(kms, key);
  requireSymmetric(key, { operation: call.operation, algorithm });
}

/** A ciphertext opens in each Region that has a key related to the one that made it. */
function keyOfCiphertext(kms: Kms, call: Call, { envelope, action }: Source): KmsKey {
  const key = settle(kms, kms.store.findKey(arnInRegion(envelope?.keyArn ?? '', call.region)));
  if (key?.region !== call.region) throw deniedByCiphertext(call, action);
  requireQuota(kms, key);
  return key;
}

export const decrypt: Operation = (kms, call) => {
  const { input } = call;
  if (input.Recipient !== undefined) throw unsupported('Recipient is not supported by this emulator.');
  const dryRun = flag(input, 'DryRun');
  const source = readSource(input, { prefix: '', action: 'kms:Decrypt' });
  const key = findSource(kms, call, source);
  requireSource(kms, call, { key, source });
  const { envelope, context, algorithm } = source;
  if (!envelope) throw dryRunSucceeded();
  const plaintext = unsealUnder(kms, key, { envelope, context });
  if (dryRun) throw dryRunSucceeded();
  noteUse(kms, call, key);
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
  const to = usedKey(kms, call, destinationName);
  const both = { 'kms:ReEncryptOnSameKey': String(from.arn === to.arn) };
  requireSource(kms, call, { key: from, source, conditions: both });
  const conditions = { ...both, 'kms:EncryptionAlgorithm': algorithm, 'kms:RequestAlias': aliasIn(destinationName) };
  authorise(kms, call, { key: to, action: 'kms:ReEncryptTo', context, conditions });
  requireEnabled(kms, to);
  requireSymmetric(to, { operation: 'ReEncrypt', algorithm });
  if (!source.envelope) throw dryRunSucceeded();
  const plaintext = unsealUnder(kms, from, { envelope: source.envelope, context: source.context });
  if (dryRun) throw dryRunSucceeded();
  const sealed = sealUnder(kms, to, { plaintext, context });
  for (const key of [from, to]) noteUse(kms, call, key);
  return {
    CiphertextBlob: sealed.CiphertextBlob,
    SourceKeyId: from.arn,
    KeyId: to.arn,
    SourceEncryptionAlgorithm: source.algorithm,
    DestinationEncryptionAlgorithm: algorithm,
    SourceKeyMaterialId: source.envelope.materialId,
    DestinationKeyMaterialId: sealed.KeyMaterialId,
  };
};
