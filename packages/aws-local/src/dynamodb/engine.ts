/**
 * One account's tables: dynalite's store on disk, and the only way to write to it. A write is decided synchronously, so
 * no other write can come between its condition and its effect; it is acknowledged once it is on disk.
 */
import { AwsError, type Caller } from '../protocol.ts';
import { asAwsError, dynalite, type Level, returnCursors, type Store, type Table, type Write } from './dynalite.ts';
import { groupCommit } from './group-commit.ts';
import { collectWrites, tableKey, type WriteCollector } from './store-view.ts';

export interface Engine {
  readonly store: Store;
  readonly level: Level;
  readonly now: () => Date;
  /** An active table; undefined for a table that is being created or deleted, or does not exist. */
  table(name: string): Table | undefined;
  /** Must be called after each change of a table. */
  forgetTables(): void;
  /**
   * Runs `decide`, and resolves to its result once everything that it wrote or read is on disk. Rejects with what it
   * throws.
   */
  write<T>(decide: (collector: WriteCollector) => T): Promise<T>;
  /** Writes of the engine itself, under keys that are not items'. */
  save(writes: readonly Write[]): Promise<void>;
  read(key: string): unknown;
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly dir: string;
  readonly accountId: Caller['accountId'];
  readonly region: string;
  readonly now: () => Date;
}

export async function openEngine({ dir, accountId, region, now }: EngineOptions): Promise<Engine> {
  const store = dynalite.create({ path: dir, createTableMs: 0, updateTableMs: 0 });
  Object.assign(store.tableDb, { awsAccountId: accountId, awsRegion: region });
  const level = store.db;
  await level.open();
  returnCursors(level);
  const commits = groupCommit(level);
  const tables = tableCache((name) => commits.read(tableKey(name)) as Table | undefined);
  const source = { read: commits.read, table: tables.get };
  return {
    store,
    level,
    now,
    table: tables.get,
    forgetTables: tables.forget,
    read: commits.read,
    async write(decide) {
      try {
        const collector = collectWrites(source);
        const result = decide(collector);
        commits.stage(collector.writes);
        return result;
      } catch (error) {
        throw asAwsError(error);
      } finally {
        await commits.settled();
      }
    },
    async save(writes) {
      commits.stage(writes);
      await commits.settled();
    },
    async close() {
      await commits.settled();
      await level.close();
    },
  };
}

function tableCache(read: (name: string) => Table | undefined) {
  const active = new Map<string, Table>();
  return {
    get(name: string): Table | undefined {
      const cached = active.get(name);
      if (cached) return cached;
      const table = read(name);
      if (table?.TableStatus === 'ACTIVE') active.set(name, table);
      return table && table.TableStatus !== 'CREATING' && table.TableStatus !== 'DELETING' ? table : undefined;
    },
    forget: () => active.clear(),
  };
}

/** Runs a dynalite action that calls back synchronously. */
export function runSync(run: (done: (error: Error | null | undefined, result?: unknown) => void) => void): unknown {
  let outcome: { readonly error?: Error | null | undefined; readonly result?: unknown } | undefined;
  run((error, result) => {
    outcome = { error, result };
  });
  if (!outcome) throw new AwsError('InternalServerError', 'The action did not call back.', { status: 500 });
  if (outcome.error) throw outcome.error;
  return outcome.result;
}
