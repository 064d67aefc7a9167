/** Which backups can be restored to which new databases, and the step that restores. */
import { describe, expect, it } from '@jest/globals';
import { restorable, restoreBackup } from '#lib/backups/restore.ts';
import type { Backup } from '#lib/model/backup.ts';
import type { Fleet, RestoreOrder } from '#lib/model/fleet.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import type { Key } from '#lib/model/key.ts';
import { planNamed } from '#lib/model/plans.ts';
import { aDatabase, aKey, anId, anUnusableKey, at, teamId } from '#test/support/build.ts';
import { aBackup } from './a-backup.ts';

const plan = planNamed('private-7');
if (!plan) throw new Error('there is no private-7');
const requireRestorable = (
  backup: Backup | null,
  { key = aKey(), withKey = true, on = plan }: { key?: Key | null; withKey?: boolean; on?: typeof plan } = {},
) =>
  restorable({ backupById: async () => backup, keyById: async () => key })({
    teamId,
    backup: anId('bak', 1),
    plan: on,
    withKey,
  });

describe('a backup to restore', () => {
  it('succeeds where nothing objects, under any customer key', async () => {
    expect(await requireRestorable(aBackup())).toEqual(aBackup());
    expect(await requireRestorable(aBackup({ keyId: null, keyArn: null }), { withKey: false })).toBeTruthy();
    expect(await requireRestorable(aBackup({ keyId: null, keyArn: null }), { withKey: true })).toBeTruthy();
  });

  it('has to be there, in whole', async () => {
    await expect(requireRestorable(null)).rejects.toMatchObject({ code: 'not_found' });
    for (const status of ['pending', 'failed', 'removing'] as const)
      await expect(requireRestorable(aBackup({ status }))).rejects.toMatchObject({
        code: 'wrong_state',
        extra: { state: status },
      });
  });

  it('never leaves the customer’s keys', async () => {
    await expect(requireRestorable(aBackup(), { withKey: false })).rejects.toMatchObject({
      code: 'operator_required',
      message: expect.stringContaining('contact the operator'),
    });
  });

  it('is refused while its key is unusable or locked out, but not without a response of KMS', async () => {
    await expect(requireRestorable(aBackup(), { key: anUnusableKey() })).rejects.toMatchObject({
      code: 'key_unusable',
      extra: { cause: 'key_disabled' },
    });
    await expect(requireRestorable(aBackup(), { key: aKey({ lockoutId: anId('lk', 1) }) })).rejects.toMatchObject({
      code: 'key_unusable',
    });
    expect(await requireRestorable(aBackup(), { key: aKey({ status: 'unknown' }) })).toBeTruthy();
    expect(await requireRestorable(aBackup(), { key: null })).toBeTruthy();
  });

  it('needs a plan with room for its data', async () => {
    const mebibyte = 2 ** 20;
    const small = { ...plan, name: 'small', memoryMb: 10 };

    expect(await requireRestorable(aBackup({ memoryBytes: 10 * mebibyte }), { on: small })).toBeTruthy();
    await expect(requireRestorable(aBackup({ memoryBytes: 10 * mebibyte + 1 }), { on: small })).rejects.toMatchObject({
      code: 'plan_unsupported',
    });
  });
});

describe('the step that restores', () => {
  const step = (restoredFrom: { backupId: string; at: string | null } | null) => {
    const orders: RestoreOrder[] = [];
    const committed: Commit[] = [];
    const fleet = {
      restore: async (batch: readonly RestoreOrder[]) => {
        orders.push(...batch);
        return batch.map(({ serverId }) => ({ serverId, state: 'done' }));
      },
    };
    const run = restoreBackup({
      databaseById: async () => aDatabase({ status: 'creating', restoredFrom }),
      backupById: async () => aBackup(),
      fleet: async () => fleet as unknown as Fleet,
      platformKeyArn: () => 'arn:platform',
      commit: async (unit) => void committed.push(unit),
      now: () => at,
    });
    return { orders, committed, run: () => run({ teamId, databaseId: anId('db', 1) }) };
  };

  it('gives the new server the backup’s data, and says so', async () => {
    const { orders, committed, run } = step({ backupId: anId('bak', 1), at: null });
    await run();

    expect(orders).toMatchObject([{ serverId: anId('srv', 1), backup: { backupId: anId('bak', 1) } }]);
    expect(committed).toMatchObject([
      { changes: [{ row: { restoredFrom: { at: at.toISOString() } } }], entries: [{ type: 'BackupRestored' }] },
    ]);
  });

  it('does nothing for a database that begins empty, and nothing twice', async () => {
    for (const from of [null, { backupId: anId('bak', 1), at: at.toISOString() }]) {
      const { orders, committed, run } = step(from);
      await run();
      expect([orders, committed]).toEqual([[], []]);
    }
  });
});
