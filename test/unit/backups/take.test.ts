/** The steps that take a backup: calls of the fleet, retries, failures and their records. */
import { describe, expect, it } from '@jest/globals';
import { discardBackup, markBackupFailed, recordBackup, takeBackup } from '#lib/backups/take.ts';
import type { Backup } from '#lib/model/backup.ts';
import type { Database } from '#lib/model/database.ts';
import type { BackupOrder, Fleet, TakenBackup } from '#lib/model/fleet.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import { aDatabase, anId, at, keyArn, teamId } from '#test/support/build.ts';
import { aBackup } from './a-backup.ts';

const ref = { teamId, databaseId: anId('db', 1), backupId: anId('bak', 1) };
const facts = { objectBytes: 10, memoryBytes: 20 };
const serverId = anId('srv', 1);

function taking(
  outcome: TakenBackup,
  { backup = {}, database = {}, now = at }: { backup?: Partial<Backup>; database?: Partial<Database>; now?: Date } = {},
) {
  const orders: BackupOrder[] = [];
  const fleet = {
    backup: async (batch: readonly BackupOrder[]) => {
      orders.push(...batch);
      return [outcome];
    },
  };
  const take = takeBackup({
    backupById: async () => aBackup({ status: 'pending', ...backup }),
    databaseById: async () => aDatabase(database),
    fleet: async () => fleet as unknown as Fleet,
    platformKeyArn: () => 'arn:platform',
    now: () => now,
  });
  return { orders, take: () => take(ref) };
}

describe('taking a backup', () => {
  it('calls the fleet, under the database’s key or the platform’s', async () => {
    const { orders, take } = taking({ serverId, state: 'done', ...facts });
    expect(await take()).toEqual({ stored: true, ...facts });
    expect(orders).toMatchObject([
      { serverId, backup: { backupId: ref.backupId, keyArn, objectKey: aBackup().objectKey } },
    ]);

    const platform = taking({ serverId, state: 'done', ...facts }, { backup: { keyArn: null } });
    await platform.take();

    expect(platform.orders[0]?.backup.keyArn).toBe('arn:platform');
  });

  it('retries temporary errors, and gives up on permanent ones', async () => {
    expect(await taking({ serverId, state: 'pending' }).take()).toEqual({ stored: false });

    const late = { now: new Date(at.getTime() + 6 * 3_600_000 + 1) };
    await expect(taking({ serverId, state: 'pending' }, late).take()).rejects.toMatchObject({
      name: 'Problem',
      message: expect.stringContaining('6 hours'),
    });

    const failed = (reason: 'unavailable' | 'key_unusable' | 'save_failed') =>
      taking({ serverId, state: 'failed', reason, detail: 'why' }).take();
    await expect(failed('unavailable')).rejects.toMatchObject({ name: 'Transient' });
    await expect(failed('key_unusable')).rejects.toMatchObject({ name: 'Problem', code: 'key_unusable' });
    await expect(failed('save_failed')).rejects.toMatchObject({ name: 'Problem', message: 'why' });
  });

  it('gives up where the database was locked out, or is being destroyed, in between', async () => {
    for (const status of ['stopping', 'stopped', 'destroying'] as const) {
      const { orders, take } = taking({ serverId, state: 'done', ...facts }, { database: { status } });
      await expect(take()).rejects.toMatchObject({ code: 'wrong_state' });
      expect(orders).toEqual([]);
    }
  });

  it('is part of a destruction where it is the last one', async () => {
    const last = { backup: { trigger: 'destroy' as const }, database: { status: 'destroying' as const } };
    expect(await taking({ serverId, state: 'done', ...facts }, last).take()).toEqual({ stored: true, ...facts });
  });
});

describe('what follows', () => {
  const settling = (backup: Partial<Backup>) => {
    const committed: Commit[] = [];
    const removed: string[] = [];
    const deps = {
      backupById: async () => aBackup({ status: 'pending', ...backup }),
      commit: async (unit: Commit) => void committed.push(unit),
      remove: async (key: string) => void removed.push(key),
      now: () => at,
    };
    return { committed, removed, deps };
  };

  it('records the backup once', async () => {
    const first = settling({});
    await recordBackup(first.deps)({ ...ref, taken: facts });

    expect(first.committed).toMatchObject([
      {
        changes: [{ row: { status: 'available', ...facts } }],
        entries: [{ type: 'BackupTaken', data: { bytes: 10 } }],
      },
    ]);

    const again = settling({ status: 'available' });
    await recordBackup(again.deps)({ ...ref, taken: facts });

    expect(again.committed).toEqual([]);
  });

  it('removes the object of an unrecorded backup, and of no other', async () => {
    for (const [status, objects] of [
      ['pending', 1],
      ['failed', 1],
      ['available', 0],
      ['removing', 0],
    ] as const) {
      const { removed, deps } = settling({ status });
      await discardBackup(deps)(ref);
      expect([status, removed.length]).toEqual([status, objects]);
    }
  });

  it('records nothing for a backup that no longer exists, however often it runs', async () => {
    const nowhere = {
      backupById: async () => null,
      commit: () => Promise.reject(new Error('Nothing is to be recorded')),
      now: () => at,
    };

    await expect(markBackupFailed(nowhere)({ ...ref, error: { Error: 'Problem' } })).resolves.toBeUndefined();
  });

  it('says why there is none, and never of one that was recorded', async () => {
    const error = { Error: 'Problem', Cause: JSON.stringify({ errorMessage: 'The service could not save.' }) };
    const first = settling({});

    await markBackupFailed(first.deps)({ ...ref, error });

    expect(first.committed).toMatchObject([
      {
        changes: [{ row: { status: 'failed', failure: { detail: 'The service could not save.' } } }],
        entries: [{ type: 'BackupFailed' }],
      },
    ]);

    const recorded = settling({ status: 'available' });
    await markBackupFailed(recorded.deps)({ ...ref, error });

    expect(recorded.committed).toEqual([]);
  });
});
