/** Time alone, without a call: what becomes due takes effect and is reported, at the emulator's speed. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { createKms, type KmsEmulator } from '../../../src/kms/kms.ts';
import { wrapped } from '../../../test-support/key-material.ts';
import { type Answer, denied, owner, policyWith } from './fixture.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const dayMs = 86_400_000;
const speed = 1000;

let dir: string;
let kms: KmsEmulator;
let notices: string[];
const open = () =>
  createKms({
    ...{ dir, speed },
    emit: (event) =>
      void (event['detail-type'].startsWith('KMS') && notices.push(`${event['detail-type']} ${event.time}`)),
  });
beforeEach(async () => {
  jest.useFakeTimers({ now: start, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  dir = mkdtempSync(join(tmpdir(), 'aws-local-time-'));
  notices = [];
  kms = await open();
});
afterEach(async () => {
  await kms.close();
  jest.useRealTimers();
  rmSync(dir, { recursive: true, force: true });
});

const call = async (operation: string, input: Answer = {}) =>
  (await kms.call({ operation, input: { ...input }, caller: owner, region: 'us-east-1', requestId: 'r' })) as Answer;
const newKey = async (input: Answer = {}) => String(((await call('CreateKey', input)).KeyMetadata as Answer).Arn);
const passDays = (days: number) => jest.advanceTimersByTime((days * dayMs) / speed);
const isoAfter = (days: number) => new Date(start + (days * dayMs) / speed).toISOString().replace(/\.\d+Z/, 'Z');

async function imported(days: number): Promise<string> {
  const KeyId = await newKey({ Origin: 'EXTERNAL' });
  const algorithm = 'RSAES_OAEP_SHA_256';
  const parameters = await call('GetParametersForImport', {
    ...{ KeyId, WrappingAlgorithm: algorithm, WrappingKeySpec: 'RSA_2048' },
  });
  const publicKey = Buffer.from(String(parameters.PublicKey), 'base64');
  await call('ImportKeyMaterial', {
    ...{ KeyId, ImportToken: parameters.ImportToken, ValidTo: (start + days * dayMs) / 1000 },
    EncryptedKeyMaterial: wrapped(randomBytes(32), publicKey, algorithm).toString('base64'),
  });
  return KeyId;
}

it('deletes a key a thousand times as fast, on the date that DescribeKey shows', async () => {
  const KeyId = await newKey();
  const { DeletionDate } = await call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  expect(DeletionDate).toBe((start + (7 * dayMs) / speed) / 1000);

  passDays(6.9);
  expect(notices).toEqual([]);
  passDays(0.2);

  expect(notices).toEqual([`KMS CMK Deletion ${isoAfter(7)}`]);
  await expect(call('DescribeKey', { KeyId })).rejects.toMatchObject({ code: 'NotFoundException' });
});

it('expires imported material in the same proportion, and shows the date on which it does', async () => {
  const KeyId = await imported(30);
  expect(await call('DescribeKey', { KeyId })).toMatchObject({
    KeyMetadata: { ValidTo: (start + (30 * dayMs) / speed) / 1000 },
  });

  passDays(31);

  expect(notices).toEqual([`KMS Imported Key Material Expiration ${isoAfter(30)}`]);
});

it('rotates when that is due, also after a restart', async () => {
  const KeyId = await newKey();
  await call('EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 });
  await kms.close();
  kms = await open();
  passDays(91);
  expect(notices).toEqual([expect.stringContaining('KMS CMK Rotation')]);
});

it('lets nothing become due that was called off', async () => {
  const KeyId = await newKey();
  await call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  await call('CancelKeyDeletion', { KeyId });
  await call('DeleteImportedKeyMaterial', { KeyId: await imported(7) });
  passDays(30);
  expect(notices).toEqual([]);
});

it('counts the days without use at its speed', async () => {
  const Condition = { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': '30' } };
  const Policy = policyWith({ Effect: 'Deny', Principal: '*', Action: 'kms:DisableKey', Resource: '*', Condition });
  const KeyId = await newKey({ Policy });
  passDays(29.9);
  await expect(call('DisableKey', { KeyId })).rejects.toMatchObject(denied);
  passDays(0.2);
  expect(await call('DisableKey', { KeyId })).toEqual({});
});
