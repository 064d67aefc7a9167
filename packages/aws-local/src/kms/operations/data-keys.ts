/** Data keys, and random bytes. */
import { randomBytes } from 'node:crypto';
import type { Call } from '../../protocol.ts';
import { authorize } from '../authorization.ts';
import type { Kms, Operation } from '../context.ts';
import { encryptionContext } from '../encryption-context.ts';
import { dryRunSucceeded, unsupported, validation } from '../errors.ts';
import { choice, flag, type Input, integer, requiredText } from '../input.ts';
import { encryptUnderKey } from '../key-encryption.ts';
import { assertEnabled, assertSymmetric } from '../key-states.ts';
import { requireNamedKey } from '../lookup.ts';
import { recordUse } from '../usage.ts';
import { readGrantTokens } from './create-grant.ts';

function lengthOf(input: Input): number {
  const spec = choice(input, 'KeySpec', ['AES_256', 'AES_128']);
  const bytes = integer(input, 'NumberOfBytes', { min: 1, max: 1024 });
  if ((spec === null) === (bytes === null)) throw validation('Please specify either number of bytes or key spec.');
  return bytes ?? (spec === 'AES_256' ? 32 : 16);
}

function assertNoRecipient(input: Input) {
  if (input.Recipient !== undefined) throw unsupported('Recipient is not supported by this emulator.');
}

function makeDataKey(kms: Kms, call: Call) {
  const { input } = call;
  assertNoRecipient(input);
  const length = lengthOf(input);
  const context = encryptionContext(input);
  const dryRun = flag(input, 'DryRun');
  readGrantTokens(input);
  const key = requireNamedKey(kms, call, requiredText(input, 'KeyId', { min: 1, max: 2048 }));
  authorize(kms, call, { key, context, conditions: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } });
  assertEnabled(kms, key);
  assertSymmetric(key, { operation: call.operation, algorithm: 'SYMMETRIC_DEFAULT' });
  if (dryRun) throw dryRunSucceeded();
  const plaintext = randomBytes(length);
  recordUse(kms, call, key);
  return { plaintext, response: { KeyId: key.arn, ...encryptUnderKey(kms, key, { plaintext, context }) } };
}

export const generateDataKey: Operation = (kms, call) => {
  const { plaintext, response } = makeDataKey(kms, call);
  return { ...response, Plaintext: plaintext.toString('base64') };
};

export const generateDataKeyWithoutPlaintext: Operation = (kms, call) => makeDataKey(kms, call).response;

export const generateRandom: Operation = (_kms, { input }) => {
  assertNoRecipient(input);
  if (input.CustomKeyStoreId !== undefined) throw unsupported('CustomKeyStoreId is not supported by this emulator.');
  const bytes = integer(input, 'NumberOfBytes', { min: 1, max: 1024 });
  if (bytes === null) throw validation('NumberOfBytes is required.');
  return { Plaintext: randomBytes(bytes).toString('base64') };
};
