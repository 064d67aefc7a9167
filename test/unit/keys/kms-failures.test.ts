/** What a failed call of KMS says about the key. */
import { expect, it } from '@jest/globals';
import { kmsFailure } from '#lib/aws/kms-errors.ts';

const failed = (name: string, words: string) =>
  Object.assign(new Error(`arn:aws:kms:us-east-1:111122223333:key/mrk-1 is ${words}.`), { name });

it.each([
  ['KMSInvalidStateException', 'pending deletion', 'deletion_scheduled'],
  ['KMSInvalidStateException', 'pending replica deletion', 'deletion_scheduled'],
  ['DisabledException', 'pending replica deletion', 'deletion_scheduled'],
  ['DisabledException', 'disabled', 'key_disabled'],
  ['KMSInvalidStateException', 'pending import', 'material_expired'],
])('%s, "is %s": the key is unusable, by %s', (name, words, cause) => {
  expect(kmsFailure(failed(name, words))).toEqual({ kind: 'unusable', cause });
});

it('an unavailable key store says nothing about the key', () => {
  const unavailable = failed('KMSInvalidStateException', 'unavailable');
  expect(kmsFailure(unavailable)).toEqual({ kind: 'unknown', cause: 'key_store_unavailable' });
});
