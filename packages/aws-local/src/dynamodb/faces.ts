/**
 * The store's interface for dynalite's actions: reads call back synchronously, and writes are collected, so that an
 * item and its index entries become one write.
 */
import { refusedItem } from './acceptable-item.ts';
import { type Answered, dynalite, type Face, type Item, type Keyspace, type Table, type Write } from './dynalite.ts';

export const tableKey = (name: string) => `table~${name}`;
export const itemKey = (table: string, key: string) => `item-${table}~${key}`;

export interface Source {
  table(name: string): Table | undefined;
  read(key: string): unknown;
}

export interface Collected {
  readonly face: Face;
  readonly writes: Write[];
  /** The item that the last action found under its key. */
  found: Item | undefined;
}

const maxItemSize = 409_600;

export function collect(source: Source): Collected {
  const writes: Write[] = [];
  const collected: Collected = {
    face: faceOf(source, (name, table) => spaceOf(name, table)),
    writes,
    found: undefined,
  };

  const spaceOf = (prefix: string, table: string | undefined): Keyspace => ({
    lock: (_key, run) => run((done) => done),
    get(key, done) {
      collected.found = source.read(prefix + key) as Item | undefined;
      done(null, collected.found);
    },
    put(key, value, done) {
      const schema = table === undefined ? undefined : source.table(table);
      const refusal = schema && refusedItem(value as Item, schema, maxItemSize);
      if (refusal) return done(refusal);
      writes.push({ type: 'put', key: prefix + key, value });
      done(null);
    },
    del(key, done) {
      writes.push({ type: 'del', key: prefix + key });
      done(null);
    },
  });
  return collected;
}

/** `open` makes the keyspace of a prefix; of items when the table's name comes along. */
function faceOf(source: Source, open: (prefix: string, table: string | undefined) => Keyspace): Face {
  return {
    options: { maxItemSize },
    getTable(name, checkStatus, done) {
      const answer = (typeof checkStatus === 'function' ? checkStatus : done) as Answered<Table>;
      const table = source.table(name);
      if (table) answer(null, table);
      else answer(noSuchTable());
    },
    getItemDb: (table) => open(itemKey(table, ''), table),
    getIndexDb: (kind, table, index) => open(`index-${kind.toLowerCase()}~${table}~${index}~`, undefined),
  };
}

function noSuchTable() {
  const refusal = dynalite.validationError('Requested resource not found');
  return Object.assign(refusal, { body: { __type: '#ResourceNotFoundException', message: refusal.message } });
}
