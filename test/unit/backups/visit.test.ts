/** The daily visit of each database: a backup, the removal of expired ones, and isolation of failures. */
import { describe, expect, it } from '@jest/globals';
import { beginVisits, visitBatch } from '#lib/backups/visit.ts';
import type { Backup } from '#lib/model/backup.ts';
import type { Database } from '#lib/model/database.ts';
import type { Address } from '#lib/model/items/address.ts';
import { type Visited, visitShards } from '#lib/model/items/backups.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import { readMachine } from '#statemachines/definitions.ts';
import { aDatabase, aKey, anId, at, countingIds, teamId } from '#test/support/build.ts';
import { aBackup } from './a-backup.ts';

const run = '2026-11-24T03-17-00Z';
const address: Address = { pk: 'p', sk: 's' };
const visited = (number: number, lastRun: string | null = null): Visited & Address => ({
  ...address,
  teamId,
  databaseId: anId('db', number),
  lastRun,
  version: 1,
});

interface World {
  readonly rows: readonly (Visited & Address)[];
  readonly databases?: readonly Database[];
  readonly backups?: readonly Backup[];
}

function visits({ rows, databases = [], backups = [] }: World) {
  const committed: Commit[] = [];
  const removed: string[] = [];
  const visit = visitBatch({
    visitedInShard: async () => ({ items: [...rows], cursor: null }),
    listBackups: async (_team, databaseId) => ({
      items: backups.filter((each) => each.databaseId === databaseId).map((each) => ({ ...address, ...each })),
      cursor: null,
    }),
    databaseById: async (_team, id) => databases.find((database) => database.id === id) ?? null,
    keyById: async () => aKey(),
    commit: async (unit) => void committed.push(unit),
    remove: async (key) => void removed.push(key),
    settings: () => ({ keepDays: 35, keepCount: 1 }),
    newId: countingIds(),
    now: () => at,
  });
  return {
    committed,
    removed,
    types: () => committed.flatMap(({ entries = [] }) => entries.map(({ type }) => type)),
    visit: () => visit({ run, shard: 0, after: null }),
  };
}

describe('the daily visit', () => {
  it('begins a backup of each database that serves, once a day', async () => {
    const databases = [aDatabase({ id: anId('db', 1) }), aDatabase({ id: anId('db', 2) })];
    const world = visits({ rows: [visited(1), visited(2, run)], databases });

    expect(await world.visit()).toEqual({ run, shard: 0, after: null });
    expect(world.committed).toHaveLength(1);
    expect(world.committed[0]?.effects).toMatchObject([
      { machine: 'backup-database', input: { databaseId: anId('db', 1) } },
    ]);
    expect(world.committed[0]?.changes.at(-1)).toMatchObject({ kind: 'save', row: { lastRun: run, version: 1 } });
  });

  it('skips what cannot be backed up today, and continues with the next', async () => {
    const databases = [aDatabase({ id: anId('db', 1), status: 'stopped' }), aDatabase({ id: anId('db', 2) })];
    const world = visits({ rows: [visited(1), visited(2)], databases });

    await world.visit();

    expect(world.types()).toEqual(['BackupStarted']);
  });

  it('removes expired backups, also of a destroyed database, which it then forgets', async () => {
    const over = aBackup({ databaseId: anId('db', 3), expiresAt: at.toISOString() });
    const world = visits({ rows: [visited(3)], backups: [over] });

    await world.visit();

    expect(world.removed).toEqual([over.objectKey]);
    expect(world.types()).toEqual(['BackupRemoved']);
    expect(world.committed.at(-1)?.changes).toMatchObject([{ kind: 'remove', row: { version: 1 } }]);
  });

  it('keeps coming for a database that no longer exists while a backup of it is kept', async () => {
    const world = visits({ rows: [visited(3)], backups: [aBackup({ databaseId: anId('db', 3) })] });
    await world.visit();
    expect(world.committed).toEqual([]);
  });

  it('is not kept from the others by one database’s trouble', async () => {
    const damaged = aBackup({ databaseId: anId('db', 1), expiresAt: at.toISOString() });
    const world = visits({
      rows: [visited(1), visited(2)],
      databases: [aDatabase({ id: anId('db', 2) })],
      backups: [damaged],
    });
    world.removed.push = () => {
      throw new Error('the store does not answer');
    };

    await world.visit();

    expect(world.types()).toEqual(['BackupStarted']);
  });
});

describe('the schedule’s event', () => {
  it('starts one visit however often it comes, under a name that Step Functions takes', async () => {
    const started: { name: string }[] = [];
    const begin = beginVisits({ startWorkflow: async (start) => void started.push(start) });

    for (const _ of [1, 2]) await begin({ time: '2026-11-24T03:17:00Z' });

    expect(started).toMatchObject([
      { machine: 'daily-backups', name: `daily-${run}`, input: { run } },
      { name: `daily-${run}` },
    ]);
    expect(started[0]?.name).toMatch(/^[\w-]{1,80}$/);
  });
});

describe('the machine', () => {
  it('visits every shard that there is', () => {
    expect(readMachine('daily-backups').States['Visit every shard']?.Items).toBe(`{% [0..${visitShards - 1}] %}`);
  });
});
