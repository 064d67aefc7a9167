/** Creating a backup on request, and the last backup of a destruction. */
import { describe, expect, it } from '@jest/globals';
import { requestBackup } from '#lib/backups/begin.ts';
import { lastBackup } from '#lib/backups/last.ts';
import type { Database } from '#lib/model/database.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import type { Key } from '#lib/model/key.ts';
import { aDatabase, aKey, anId, anUnusableKey, at, countingIds, teamId, tokenActor } from '#test/support/build.ts';

const committed: Commit[] = [];
const deps = (database: Database | null, key: Key = aKey()) => ({
  findDatabase: async () => database,
  keyById: async () => key,
  commit: async (unit: Commit) => void committed.push(unit),
  newId: countingIds(),
  now: () => at,
  settings: () => ({ keepDays: 35 }),
});
const request = { teamId, database: 'any', actor: tokenActor };
const startBackup = (changes: Partial<Database>, key?: Key) => requestBackup(deps(aDatabase(changes), key))(request);

describe('a request for a backup', () => {
  it('writes its row, its entry and the promise to take it in one commit', async () => {
    const backup = await startBackup({});
    expect(backup).toMatchObject({ status: 'pending', trigger: 'request', expiresAt: '2026-12-29T11:00:00.000Z' });

    const { changes, entries, effects } = committed.at(-1) ?? { changes: [], entries: [], effects: [] };
    expect(changes.map(({ kind }) => kind)).toEqual(['create', 'create', 'tally']);
    expect(entries).toMatchObject([
      { type: 'BackupStarted', actor: tokenActor, subject: { backupId: backup.id, databaseId: anId('db', 1) } },
    ]);
    expect(effects).toMatchObject([{ kind: 'workflow', machine: 'backup-database', name: backup.id }]);
  });

  it.each(['creating', 'failed', 'destroying', 'following'] as const)(
    'is refused for a database that is %s',
    async (status) => {
      await expect(startBackup({ status })).rejects.toMatchObject({ code: 'wrong_state', extra: { state: status } });
    },
  );

  it.each(['stopping', 'stopped', 'starting'] as const)(
    'is refused as a matter of the key while the database is %s',
    async (status) => {
      await expect(startBackup({ status })).rejects.toMatchObject({ code: 'key_unusable' });
    },
  );

  it('is refused from the moment that the key is locked out', async () => {
    await expect(startBackup({}, aKey({ lockoutId: anId('lk', 1) }))).rejects.toMatchObject({ code: 'key_unusable' });
    await expect(startBackup({}, anUnusableKey())).rejects.toMatchObject({ code: 'key_unusable' });
  });

  it('is refused for an unknown database', async () => {
    await expect(requestBackup(deps(null))(request)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a last backup', () => {
  it('begins with the destruction, and anew where that was held up', async () => {
    const last = lastBackup(deps(null));
    expect((await last(aDatabase(), tokenActor)).backup.trigger).toBe('destroy');
    expect((await last(aDatabase({ status: 'destroying' }), tokenActor)).backup.trigger).toBe('destroy');
  });

  it('is refused while the key is off', async () => {
    const last = lastBackup(deps(null, anUnusableKey()));
    await expect(last(aDatabase({ status: 'stopped' }), tokenActor)).rejects.toMatchObject({ code: 'key_unusable' });
    await expect(last(aDatabase({ status: 'destroying' }), tokenActor)).rejects.toMatchObject({ code: 'key_unusable' });
  });
});
