/** A table in memory behind the real stores, which starts with some entities and remembers each commit. */
import type { App } from '#lib/model/app.ts';
import type { Contact } from '#lib/model/contact.ts';
import type { Database } from '#lib/model/database.ts';
import type { NewEntry } from '#lib/model/entry.ts';
import { appCreated } from '#lib/model/items/apps.ts';
import type { Change } from '#lib/model/items/change.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import { contactAdded } from '#lib/model/items/contacts.ts';
import { databaseCreated } from '#lib/model/items/databases.ts';
import { keyCreated } from '#lib/model/items/keys.ts';
import { lockoutCreated } from '#lib/model/items/lockouts.ts';
import { tokenCreated } from '#lib/model/items/teams.ts';
import type { Key } from '#lib/model/key.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { OutboxMessage } from '#lib/model/outbox-message.ts';
import type { Token } from '#lib/model/team.ts';
import { appStore } from '#lib/store/apps.ts';
import { changeItem, withOneTally } from '#lib/store/change.ts';
import { committing } from '#lib/store/commit.ts';
import { contactStore } from '#lib/store/contacts.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { drillStore } from '#lib/store/drills.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { createMemoryTable, type MemoryTable, type Row } from '#simulation/memory-table.ts';
import { countingIds } from '#simulation/samples.ts';

/** The entities that the table starts with. */
export interface Nouns {
  readonly keys?: readonly Key[];
  readonly lockouts?: readonly Lockout[];
  readonly databases?: readonly Database[];
  readonly apps?: readonly App[];
  readonly tokens?: readonly Token[];
  readonly contacts?: readonly Contact[];
}

/**
 * Writes what creates the entities, in any number, but not the counts of databases on the keys: a sample key states its
 * count itself.
 */
function fill(
  table: MemoryTable,
  { keys = [], lockouts = [], databases = [], apps = [], tokens = [], contacts = [] }: Nouns,
): void {
  const changes: readonly Change[] = [
    ...keys.flatMap(keyCreated),
    ...lockouts.map(lockoutCreated),
    ...databases.flatMap(databaseCreated),
    ...apps.flatMap(appCreated),
    ...tokens.flatMap(tokenCreated),
    ...contacts.flatMap(contactAdded),
  ];
  for (const change of changes) {
    if (change.kind === 'create') table.execute('PutCommand', { Item: change.row });
    if (change.kind === 'tally')
      table.execute('TransactWriteCommand', {
        TransactItems: [changeItem(table.name, { ...change, most: Number.MAX_SAFE_INTEGER })],
      });
  }
}

export function aLedger(nouns: Nouns = {}) {
  const table = createMemoryTable();
  fill(table, nouns);
  const commits: Commit[] = [];
  const commit = committing({ table, newId: countingIds(), pause: async () => undefined });
  /** One commit at a time, as `commit` of the store does for a team. */
  let last: Promise<unknown> = Promise.resolve();
  const all = <T>(prefix: string): T[] => table.rows('').filter(({ sk }) => sk.startsWith(prefix)) as T[];
  return {
    commits,
    /** For stores that the ledger does not have. */
    table,
    commit: (given: Commit): Promise<void> => {
      const recorded = last.then(async () => {
        await commit(given);
        commits.push({ ...given, changes: withOneTally(given.changes) });
      });
      last = recorded.catch(() => undefined);
      return recorded;
    },
    /** Raises the version of the rows whose sort key starts with the prefix, as a concurrent write would. */
    touch: (prefix: string): void => {
      for (const row of all<Row>(prefix))
        table.execute('PutCommand', { Item: { ...row, version: Number(row.version) + 1 } });
    },
    entries: (): NewEntry[] => commits.flatMap(({ entries = [] }) => [...entries]),
    effects: (): OutboxMessage[] => commits.flatMap(({ effects = [] }) => [...effects]),
    all,
    ...keyStore(table),
    ...lockoutStore(table),
    ...drillStore(table),
    ...timelineStore(table),
    ...databaseStore(table),
    ...appStore(table),
    ...contactStore(table),
  };
}
export type Ledger = ReturnType<typeof aLedger>;
