/**
 * Notices follow the key's present cause: during the waiting period, and for each change of cause once all is stopped.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Cause } from '#lib/model/key.ts';
import '#test/support/matchers.ts';
import { aServingDatabase, type LockoutResponse, lockoutIn } from '#test/integration/api/preconditions.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { aCustomerShell, type CustomerShell } from '#test/support/customer.ts';
import { anImportedKey, importMaterial } from '#test/support/imported-key.ts';
import { until } from '#test/support/when.ts';

/**
 * One after the other: the waiting period takes half a minute at this speed, which suffices for the commands of two
 * mails. The waiting period of the last case passes during the others.
 */
let platform: Platform;
let shell: CustomerShell;
let stopping: Locked;
beforeAll(async () => {
  platform = await aPlatform({ speed: 20 });
  shell = aCustomerShell(platform);
  stopping = await aLockedOutKey('stopped-db');
});
afterAll(async () => {
  shell.close();
  await platform.close();
});

/** A database under a separate, imported key that was disabled; the lockout is in its waiting period. */
async function aLockedOutKey(name: string) {
  const { arn, material } = await anImportedKey(platform);
  const { key } = await aServingDatabase(platform, { key: arn, name });
  const policy = String((await platform.kms('GetKeyPolicy', { KeyId: arn, PolicyName: 'default' })).Policy);
  await platform.kms('DisableKey', { KeyId: arn });
  const lockout = await lockoutIn(platform, arn, 'waiting');
  return { arn, material, keyId: key?.id ?? '', lockoutId: lockout.id, policy, name };
}
type Locked = Awaited<ReturnType<typeof aLockedOutKey>>;

const lockoutOf = async ({ lockoutId }: Locked) =>
  (await platform.ask<LockoutResponse>(`GET /v1/lockouts/${lockoutId}`)).body;
const mailsOf = async ({ lockoutId }: Locked) =>
  (await platform.mails()).filter(({ body }) => body.text?.includes(lockoutId));
const info = async ({ name }: Locked): Promise<string> =>
  JSON.stringify((await platform.ask(`GET /redis/v0/databases/${name}`)).body.info);

/** The API's views of the key agree with its state in KMS. */
const isNow = (locked: Locked, cause: Cause) =>
  until(`${locked.name} is notified as ${cause}`, async () => {
    await platform.ask(`POST /v1/keys/${locked.keyId}/checks`);
    const { presentCause } = await lockoutOf(locked);
    return presentCause === cause;
  });

const lastMail = (locked: Locked, words: RegExp) =>
  until(`the last mail about ${locked.name} says ${words}`, async () => {
    const text = (await mailsOf(locked)).at(-1)?.body.text ?? '';
    return words.test(text.replaceAll(/\s+/g, ' ')) && text;
  });

const denied = (policy: string): string => {
  const { Statement, ...rest } = JSON.parse(policy) as { Statement: { Sid: string }[] };
  return JSON.stringify({ ...rest, Statement: Statement.filter(({ Sid }) => Sid === 'CustomerAdministersTheKey') });
};

/**
 * Makes the key unusable by exactly this cause. Its policy denies everything in between, so that it is never usable.
 */
async function make({ arn: KeyId, material, policy }: Locked, cause: Cause): Promise<void> {
  const { kms } = platform;
  const put = (Policy: string) => kms('PutKeyPolicy', { KeyId, PolicyName: 'default', Policy });
  await put(denied(policy));
  const state = async () => ((await kms('DescribeKey', { KeyId })).KeyMetadata as { KeyState: string }).KeyState;
  if ((await state()) === 'PendingDeletion') await kms('CancelKeyDeletion', { KeyId });
  if ((await state()) === 'PendingImport') await importMaterial(platform, { arn: KeyId, material });
  if (cause === 'deletion_scheduled') await kms('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  else if (cause === 'material_expired') await kms('DeleteImportedKeyMaterial', { KeyId });
  else await kms(cause === 'key_disabled' ? 'DisableKey' : 'EnableKey', { KeyId });
  if (cause !== 'access_denied') await put(policy);
}

describe('in the waiting period', () => {
  it('a deletion that is scheduled, then cancelled, is announced each time, and the commands work', async () => {
    const locked = await aLockedOutKey('waiting-db');
    await make(locked, 'deletion_scheduled');
    await isNow(locked, 'deletion_scheduled');
    const { deletionDate, cause } = await lockoutOf(locked);
    expect(cause).toBe('key_disabled');
    expect(deletionDate).toMatch(/^20/);
    expect(await info(locked)).toMatch(/is scheduled for deletion on .*cancel-key-deletion/);
    const scheduled = await lastMail(locked, /THE KEY IS SCHEDULED FOR DELETION, ON .* will stop at .* Deleted on: /);

    await shell.paste(scheduled);
    await lockoutIn(platform, locked.arn, 'cancelled');
    await lastMail(locked, /KEEPS RUNNING/);
    const entries = (await platform.entries()).filter(({ subject }) => subject.lockoutId === locked.lockoutId);
    expect(entries.filter(({ type }) => type === 'LockoutCauseChanged')[0]?.data).toMatchObject({
      from: 'key_disabled',
      to: 'deletion_scheduled',
      deletionDate,
    });
    expect(platform.published.some((event) => event.includes('LockoutCauseChanged'))).toBe(true);
  });

  it('a key whose deletion was cancelled is announced as disabled', async () => {
    const locked = await aLockedOutKey('cancelled-db');
    await make(locked, 'deletion_scheduled');
    await isNow(locked, 'deletion_scheduled');
    await platform.kms('CancelKeyDeletion', { KeyId: locked.arn });
    await isNow(locked, 'key_disabled');

    const mail = await lastMail(locked, /THE KEY IS DISABLED/);

    expect(mail).not.toMatch(/PendingDeletion|cancel-key-deletion/);

    await shell.paste(mail);
    await lockoutIn(platform, locked.arn, 'cancelled');
  });
});

describe('in the waiting period, material that no longer exists', () => {
  it('is announced with commands that import the same again', async () => {
    const locked = await aLockedOutKey('imported-db');
    await make(locked, 'material_expired');
    await isNow(locked, 'material_expired');
    const mail = await lastMail(locked, /THE KEY HAS LOST ITS KEY MATERIAL/);

    writeFileSync(join(shell.folder, 'key-material.bin'), locked.material);
    await shell.paste(mail);

    await lockoutIn(platform, locked.arn, 'cancelled');
    await lastMail(locked, /KEEPS RUNNING/);
  });
});

describe('once everything is stopped', () => {
  it('every change of the cause is announced, and its commands work', async () => {
    const locked = stopping;
    await lockoutIn(platform, locked.arn, 'stopped');
    const [disabled, deletion, material, access] = [
      'key_disabled',
      'deletion_scheduled',
      'material_expired',
      'access_denied',
    ] as const;
    // Each ordered pair of two causes once.
    const walk: Cause[] = [
      deletion,
      disabled,
      material,
      disabled,
      access,
      deletion,
      material,
      deletion,
      access,
      material,
      access,
      disabled,
      access,
    ];
    for (const cause of walk) {
      await make(locked, cause);
      await isNow(locked, cause);
    }
    const mail = await lastMail(locked, /THE KEY NO LONGER LETS LATCHKEY USE IT .* stays? stopped/);
    expect(await info(locked)).toMatch(/no longer lets Latchkey use it.*get-key-policy.*put-key-policy/);
    expect((await platform.ask(`GET /v1/keys/${locked.keyId}`)).body.check).toMatchObject({ cause: access });

    await shell.paste(mail);
    await lockoutIn(platform, locked.arn, 'restored');
    expect((await lockoutOf(locked)).presentCause).toBeNull();
    await lastMail(locked, /IS BACK/);
  });
});
