/**
 * A DynamoDB table in memory for the commands of `lib/store`: transactions, conditions and the index by key ARN.
 * Does not: parse expressions (`expressions.ts`), page by bytes, expire rows, or keep several tables.
 */
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { mostBytes, mostItems, rowBytes } from '#lib/model/items/bounds.ts';
import type { Documents, Table } from '#lib/store/table.ts';
import { meetsCondition, type Row, updatedRow, type Write } from './expressions.ts';

export type { Row } from './expressions.ts';

interface Address {
  readonly pk: string;
  readonly sk: string;
}

export interface MemoryTable extends Table {
  /** Every row whose partition key starts with the prefix, in order of the sort keys of each partition. */
  rows(prefix: string): Row[];
  row(pk: string, sk: string): Row | undefined;
  /** Runs a command of the document client by its name, such as `GetCommand`. */
  execute(command: string, input: unknown): unknown;
}

export interface TableHooks {
  readonly onWrite?: (row: Row) => void;
  /** Before the error of an unknown command or expression, which the code under test may catch. */
  readonly onUnknown?: (what: string) => void;
  /** Runs an update of the index, at once unless set. */
  readonly updateIndex?: (update: () => void) => void;
  /** The position of the item of a transaction that conflicts with another transaction; -1 for none. */
  readonly conflictIn?: (items: number) => number;
}

export const namedError = (name: string, message: string): Error => Object.assign(new Error(message), { name });

export function createMemoryTable(hooks: TableHooks = {}): MemoryTable {
  const rows = createRows(hooks);
  const unknown = (what: string): Error => {
    hooks.onUnknown?.(what);
    return new Error(`The table in memory does not know ${what}`);
  };
  const writes = createWrites(rows, { unknown, conflictIn: hooks.conflictIn ?? (() => -1) });
  const commands: Readonly<Record<string, (input: never) => unknown>> = {
    GetCommand: ({ Key }: { Key: Address }) => ({ Item: rows.get(Key) }),
    BatchGetCommand: ({ RequestItems }: { RequestItems: Record<string, { Keys: Address[] }> }) => ({
      Responses: Object.fromEntries(
        Object.entries(RequestItems).map(([name, { Keys }]) => [name, Keys.flatMap((key) => rows.get(key) ?? [])]),
      ),
    }),
    QueryCommand: (input: Query) => page(rows.select(input.ExpressionAttributeValues), input),
    TransactWriteCommand: ({ TransactItems }: { TransactItems: Record<string, Write>[] }) =>
      writes.transact(TransactItems),
    PutCommand: writes.single,
    UpdateCommand: writes.single,
    DeleteCommand: writes.single,
  };
  const execute = (command: string, input: unknown): unknown => {
    const run = commands[command];
    if (!run) throw unknown(`the command ${command}`);
    return run(input as never);
  };
  const send = async (command: { readonly constructor: { readonly name: string }; readonly input: unknown }) =>
    execute(command.constructor.name, command.input);
  return {
    name: 'memory',
    documents: { send: send as Documents['send'] },
    rows: rows.all,
    row: (pk, sk) => rows.get({ pk, sk }),
    execute,
  };
}

type Rows = ReturnType<typeof createRows>;

/** Rows by partition and sort key, and by key ARN. */
function createRows({ onWrite, updateIndex = (update) => update() }: TableHooks) {
  const partitions = new Map<string, Map<string, Row>>();
  const index = new Map<string, Map<string, Row>>();
  const get = ({ pk, sk }: Address) => partitions.get(pk)?.get(sk);
  const reindex = (before: Row | undefined, after: Row | undefined) => {
    const [from, to] = [before?.onKeyArn, after?.onKeyArn];
    if (typeof from === 'string' && from !== to) index.get(from)?.delete(String(before?.id));
    if (typeof to !== 'string' || !after) return;
    const entries = index.get(to) ?? new Map<string, Row>();
    index.set(to, entries.set(String(after.id), after));
  };
  return {
    get,
    put: ({ pk, sk }: Address, row: Row | undefined): void => {
      const partition = partitions.get(pk) ?? new Map<string, Row>();
      partitions.set(pk, partition);
      const before = partition.get(sk);
      if (row) partition.set(sk, row);
      else partition.delete(sk);
      if (row) onWrite?.(row);
      if (before?.onKeyArn === undefined && row?.onKeyArn === undefined) return;
      updateIndex(() => reindex(before, get({ pk, sk })));
    },
    all: (prefix: string): Row[] =>
      [...partitions]
        .filter(([pk]) => pk.startsWith(prefix))
        .flatMap(([, partition]) => inOrder(partition, () => true).map(([, row]) => row)),
    /** The rows of a query with their sort keys in its table or index. */
    select: (values: Query['ExpressionAttributeValues']): [string, Row][] => {
      const { ':pk': pk, ':prefix': prefix, ':arn': arn, ':after': after } = values;
      if (arn === undefined) return inOrder(partitions.get(String(pk)), (key) => key.startsWith(String(prefix)));
      return inOrder(index.get(String(arn)), (id) => after === undefined || id > String(after));
    },
  };
}

interface WriteContext {
  readonly unknown: (what: string) => Error;
  readonly conflictIn: (items: number) => number;
}

function createWrites(rows: Rows, { unknown, conflictIn }: WriteContext) {
  const isMet = (write: Write): boolean => {
    const met = meetsCondition(rows.get(addressOf(write)), write);
    if (met === null) throw unknown(`the condition ${write.ConditionExpression}`);
    return met;
  };
  const rowAfter = (write: Write): Row | undefined => {
    if (write.Item) return JSON.parse(JSON.stringify(write.Item)) as Row;
    if (write.UpdateExpression === undefined) return undefined;
    const updated = updatedRow(rows.get(addressOf(write)), write);
    if (!updated) throw unknown(`the update ${write.UpdateExpression}`);
    return updated;
  };
  const apply = (write: Write): void => rows.put(addressOf(write), rowAfter(write));
  return {
    single: (write: Write) => {
      if (!isMet(write))
        throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
      apply(write);
      return {};
    },
    transact: (items: readonly Readonly<Record<string, Write>>[]) => {
      const writes = items.map((item) => ({ check: 'ConditionCheck' in item, write: Object.values(item)[0] ?? {} }));
      assertWithinLimits(writes.map(({ write }) => write));
      const conflict = conflictIn(writes.length);
      const codes = writes.map(({ write }, position) => {
        if (position === conflict) return 'TransactionConflict';
        return isMet(write) ? 'None' : 'ConditionalCheckFailed';
      });
      assertNotCanceled(codes);
      for (const { write } of writes.filter(({ check }) => !check)) apply(write);
      return {};
    },
  };
}

const addressOf = ({ Item, Key }: Write): Address => Item ?? Key ?? { pk: '', sk: '' };

function assertNotCanceled(codes: readonly string[]): void {
  if (codes.every((code) => code === 'None')) return;
  const CancellationReasons = codes.map((Code) => ({ Code }));
  throw new TransactionCanceledException({ message: codes.join(), $metadata: {}, CancellationReasons });
}

/** Source: TransactWriteItems in the DynamoDB API reference. */
function assertWithinLimits(writes: readonly Write[]): void {
  const addresses = writes.map((write) => addressOf(write)).map(({ pk, sk }) => `${pk}\n${sk}`);
  if (new Set(addresses).size < addresses.length)
    throw namedError('ValidationException', 'One item in two operations of a transaction');
  if (addresses.length > mostItems)
    throw namedError('ValidationException', `More than ${mostItems} operations in a transaction`);
  const bytes = writes.reduce((sum, { Item }) => sum + (Item ? rowBytes(Item) : 0), 0);
  if (bytes > mostBytes) throw namedError('ValidationException', 'More than 4 MB in a transaction');
}

interface Query {
  readonly ExpressionAttributeValues: Readonly<Record<string, unknown>>;
  readonly ExclusiveStartKey?: { readonly sk: string };
  readonly Limit: number;
  readonly ScanIndexForward?: boolean;
}

function page(found: [string, Row][], { ExclusiveStartKey, Limit, ScanIndexForward = true }: Query) {
  const start = ExclusiveStartKey?.sk;
  const isAfterStart = (key: string) => start === undefined || (ScanIndexForward ? key > start : key < start);
  const rest = (ScanIndexForward ? found : found.reverse()).filter(([key]) => isAfterStart(key));
  const Items = rest.slice(0, Limit).map(([, row]) => row);
  const last = Items.at(-1);
  return { Items, LastEvaluatedKey: last && rest.length > Limit ? { pk: last.pk, sk: last.sk } : undefined };
}

const inOrder = (rows: ReadonlyMap<string, Row> | undefined, isWanted: (key: string) => boolean): [string, Row][] =>
  [...(rows ?? [])].filter(([key]) => isWanted(key)).sort(([a], [b]) => (a < b ? -1 : 1));
