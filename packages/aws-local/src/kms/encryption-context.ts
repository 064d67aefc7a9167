/**
 * Reads an encryption context. Keys that differ only in case are refused, since condition keys are case-insensitive.
 */
import { validation } from './errors.ts';
import { type Input, textMap } from './input.ts';
import type { TextMap } from './records.ts';

/** Bytes of the whole context; source: "Encryption context" in the KMS guide. */
const maxBytes = 8192;

export function encryptionContext(input: Input, member = 'EncryptionContext'): TextMap {
  const context = textMap(input, member);
  const keys = Object.keys(context);
  if (new Set(keys.map((key) => key.toLowerCase())).size < keys.length) {
    throw validation('The keys of an encryption context must differ by more than case.');
  }
  if (Buffer.byteLength(JSON.stringify(context)) > maxBytes)
    throw validation(`The encryption context may not exceed ${maxBytes} bytes.`);
  return context;
}
