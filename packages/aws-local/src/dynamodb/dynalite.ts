/**
 * Typed access to dynalite's validations, actions and key encoding. No other module imports dynalite.
 * Does not: start its HTTP server, or change its actions.
 */
import { createRequire } from 'node:module';
import { AwsError } from '../protocol.ts';

export type AttributeValue = Readonly<Record<string, unknown>>;
export type Item = Record<string, AttributeValue>;
export type Members = Record<string, unknown>;

interface KeyElement {
  readonly AttributeName: string;
}

interface Index {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
}

export interface Table {
  readonly TableName: string;
  TableStatus: 'CREATING' | 'UPDATING' | 'ACTIVE' | 'DELETING';
  readonly KeySchema: readonly KeyElement[];
  readonly GlobalSecondaryIndexes?: readonly (Index & { IndexStatus: string })[];
  readonly LocalSecondaryIndexes?: readonly Index[];
}

/** A refusal of dynalite: the error as sent on the wire. */
export type Refusal = Error & {
  readonly statusCode: number;
  readonly body: { readonly __type: string; readonly message?: string };
};

export type Callback<T = unknown> = (error: Error | null | undefined, result?: T) => void;

/** A key range of the store, as dynalite's actions use it. */
export interface Keyspace {
  lock(key: string, run: (release: (done: Callback) => Callback) => void): void;
  get(key: string, done: Callback): void;
  put(key: string, value: unknown, done: Callback): void;
  del(key: string, done: Callback): void;
}

/** The part of the store that an action uses. */
export interface StoreView {
  readonly options: { readonly maxItemSize: number };
  getTable(name: string, checkStatus: boolean | Callback<Table>, done?: Callback<Table>): void;
  getItemDb(table: string): Keyspace;
  getIndexDb(kind: string, table: string, index: string): Keyspace;
}

export type Write =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

interface Range {
  readonly gte: string;
  readonly lt: string;
}

interface Cursor<T> extends AsyncIterable<T> {
  close(): Promise<void>;
}

export interface Level {
  open(): Promise<void>;
  close(): Promise<void>;
  getSync(key: string, options?: { readonly snapshot: object }): unknown;
  batch(writes: readonly Write[]): Promise<void>;
  snapshot(): { close(): Promise<void> };
  keys(range: Range): Cursor<string>;
  values(range: Range): Cursor<unknown>;
  iterator(range: Range): AsyncIterable<[string, unknown]>;
}

export interface Store extends StoreView {
  readonly db: Level;
  readonly tableDb: { awsAccountId: string; awsRegion: string };
}

interface Dynalite {
  create(options: { path: string; createTableMs: number; updateTableMs: number }): Store;
  createKey(item: Item, table: Table): string;
  validateKey(key: Item, table: Table): Refusal | null | undefined;
  checkConditional(data: Members, item: Item | undefined): Refusal | null | undefined;
  validationError(message: string): Refusal;
}

/**
 * dynalite's streams release a cursor by `return`, which the store's cursors lack; without it, each query leaks a
 * cursor.
 */
export function returnCursors(level: Level): void {
  const returned = <T>(cursor: Cursor<T>) => Object.assign(cursor, { return: () => cursor.close() });
  const { keys, values } = level;
  Object.assign(level, {
    keys: (range: Range) => returned(keys.call(level, range)),
    values: (range: Range) => returned(values.call(level, range)),
  });
}

export type Action = (view: StoreView, data: Members, done: Callback) => void;

interface Validation {
  readonly types: unknown;
  readonly custom?: unknown;
}

interface Validations {
  checkTypes(data: Members, types: unknown): Members;
  checkValidations(data: Members, types: unknown, custom: unknown, store?: unknown): void;
}

const require = createRequire(import.meta.url);
export const dynalite = require('dynalite/db/index.js') as Dynalite;
const validations = require('dynalite/validations/index.js') as Validations;
const limits = { options: { maxItemSize: 409_600 } };

const lowerFirst = (operation: string) => operation.charAt(0).toLowerCase() + operation.slice(1);
export const actionOf = (operation: string): Action =>
  require(`dynalite/actions/${lowerFirst(operation)}.js`) as Action;
const validationOf = (operation: string) => require(`dynalite/validations/${lowerFirst(operation)}.js`) as Validation;

const known = new Map<string, Validation>();

/**
 * The input with checked types and parsed expressions, as dynalite's actions take it. Throws the `AwsError` of an
 * invalid input.
 */
export function validateInput(operation: string, input: Members): Members {
  const validation = known.get(operation) ?? validationOf(operation);
  known.set(operation, validation);
  try {
    const data = validations.checkTypes({ ...input }, validation.types);
    validations.checkValidations(data, validation.types, validation.custom, limits);
    return data;
  } catch (error) {
    throw asAwsError(error);
  }
}

/** Returns errors other than refusals unchanged. */
export function asAwsError(error: unknown): unknown {
  if (!(error instanceof Error) || !('body' in error)) return error;
  const { body, statusCode } = error as Refusal;
  const code = body.__type.slice(body.__type.indexOf('#') + 1);
  return new AwsError(code, body.message ?? error.message, { status: statusCode });
}

export const invalid = (message: string) => new AwsError('ValidationException', message);
