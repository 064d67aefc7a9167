/**
 * The store's interface for dynalite's actions: reads call back synchronously, and writes are collected, so that an
 * item and its index entries become one write.
 */
import {
  type Callback,
  dynalite,
  type Item,
  type Keyspace,
  type StoreView,
  type Table,
  type Write,
} from './dynalite.ts';
import { itemRefusal } from './item-checks.ts';

export const tableKey = (name: string) => `table~${name}`;
export const itemKey = (table: string, key: string) => `item-${table}~${key}`;

export interface Source {
  table(name: string): Table | undefined;
  read(key: string): unknown;
}

export interface WriteCollector {
  readonly view: StoreView;
  readonly writes: Write[];
  /** The item that the last action found under its key. */
  found: Item | undefined;
}

const maxItemSize = 409_600;

export function collectWrites(source: Source): WriteCollector {
  const writes: Write[] = [];
  const collector: WriteCollector = {
    view: storeView(source, (name, table) => spaceOf(name, table)),
    writes,
    found: undefined,
  };

  const spaceOf = (prefix: string, table: string | undefined): Keyspace => ({
    lock: (_key, run) => run((done) => done),
    get(key, done) {
      collector.found = source.read(prefix + key) as Item | undefined;
      done(null, collector.found);
    },
    put(key, value, done) {
      const schema = table === undefined ? undefined : source.table(table);
      const refusal = schema && itemRefusal(value as Item, schema, maxItemSize);
      if (refusal) return done(refusal);
      writes.push({ type: 'put', key: prefix + key, value });
      done(null);
    },
    del(key, done) {
      writes.push({ type: 'del', key: prefix + key });
      done(null);
    },
  });
  return collector;
}

/** `open` creates the keyspace of a prefix; with a table's name, it is one of items. */
function storeView(source: Source, open: (prefix: string, table: string | undefined) => Keyspace): StoreView {
  return {
    options: { maxItemSize },
    getTable(name, checkStatus, done) {
      const callback = (typeof checkStatus === 'function' ? checkStatus : done) as Callback<Table>;
      const table = source.table(name);
      if (table) callback(null, table);
      else callback(noSuchTable());
    },
    getItemDb: (table) => open(itemKey(table, ''), table),
    getIndexDb: (kind, table, index) => open(`index-${kind.toLowerCase()}~${table}~${index}~`, undefined),
  };
}

function noSuchTable() {
  const refusal = dynalite.validationError('Requested resource not found');
  return Object.assign(refusal, { body: { __type: '#ResourceNotFoundException', message: refusal.message } });
}
