/** A team's counter: exact with and without items from before it existed, and never below zero. */
import { describe, expect, it } from '@jest/globals';
import { newId } from '#lib/model/ids.ts';
import type { Change } from '#lib/model/items/change.ts';
import { counted, quotas } from '#lib/model/items/quotas.ts';
import { committing } from '#lib/store/commit.ts';
import { quotaStore } from '#lib/store/quotas.ts';
import '#test/support/matchers.ts';
import { createMemoryTable } from '#simulation/memory-table.ts';
import { teamId } from '#test/support/build.ts';

function scene() {
  const table = createMemoryTable();
  const commit = committing({ table, newId, pause: async () => undefined });
  const write = async (...changes: readonly Change[]): Promise<void> => {
    const entries = [
      {
        type: 'AppDestroyed' as const,
        actor: { kind: 'workflow' as const, id: 'test' },
        subject: {},
        data: { name: 'shop' },
      },
    ];
    await commit({ teamId, at: new Date(0), changes, entries });
  };
  const used = () => table.row(`TEAM#${teamId}`, 'QUOTA#apps')?.used;
  return { table, write, used };
}

const created = counted(teamId, 'apps', 1);
const removed = counted(teamId, 'apps', -1);

describe('a counter', () => {
  it('goes up and down with creations and removals', async () => {
    const { write, used } = scene();
    await write(created);
    await write(created);

    await write(removed);

    expect(used()).toBe(1);
  });

  it('stays at zero for the removal of what it did not count', async () => {
    const { write, used } = scene();
    await write(removed);

    expect(used()).toBe(0);

    await write(removed);
    expect(used()).toBe(0);

    await write(created);
    expect(used()).toBe(1);
  });

  it('goes to zero if a transaction removes more than it counted, and the transaction succeeds', async () => {
    const { table, write, used } = scene();
    await write(created);

    await write(removed, removed, removed, { kind: 'create', row: { pk: 'a', sk: 'b' } });

    expect(used()).toBe(0);
    expect(table.row('a', 'b')).toBeDefined();
  });

  it('does not hide that another condition of the transaction failed', async () => {
    const { table, write, used } = scene();
    await write({ kind: 'create', row: { pk: 'a', sk: 'b' } });

    await expect(write(removed, { kind: 'create', row: { pk: 'a', sk: 'b' } })).rejects.toBeProblem('version_mismatch');
    expect(used()).toBeUndefined();
    expect(table.row('a', 'b')).toBeDefined();
  });

  it('from below zero is shown as zero', async () => {
    const { table, write } = scene();
    await write({ kind: 'create', row: { pk: `TEAM#${teamId}`, sk: 'QUOTA#apps', used: -2 } });

    const { apps } = await quotaStore(table).usageOf(teamId);

    expect(apps).toEqual({ used: 0, most: quotas.apps });
  });
});
