/**
 * A DynamoDB table in memory, for the commands and expressions that `lib/store` sends: transactions and conditions as there, an index that lags.
 * Does not: interpret expressions it does not know (it throws, and says so as a breach, since functions survive what is thrown), page by bytes, expire rows, or keep several tables.
 */
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { mostBytes, mostItems, rowBytes } from '#lib/model/items/bounds.ts';
import type { Documents } from '#lib/store/table.ts';
import type { Chaos } from './chaos.ts';
import type { VirtualTime } from './virtual-time.ts';

export type Row = { readonly pk: string; readonly sk: string } & { readonly [attribute: string]: unknown };
type Values = Readonly<Record<string, unknown>>;
interface Write {
  readonly Item?: Row;
  readonly Key?: { readonly pk: string; readonly sk: string };
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Values;
}

const earlier = (a: unknown, b: unknown): boolean => typeof a === 'string' && typeof b === 'string' && a < b;
const isVoid = ({ claimedUntil }: Row, values: Values): boolean =>
  earlier(claimedUntil, values[':now']) || earlier(values[':beyond'], claimedUntil);

/** Every condition that the stores use, by its text. */
const conditions: Readonly<
  Record<string, (row: Row | undefined, values: Values, names: Readonly<Record<string, string>>) => boolean>
> = {
  'attribute_not_exists(pk)': (row) => row === undefined,
  'attribute_exists(pk)': (row) => row !== undefined,
  '#version = :version': (row, values) => row?.version === values[':version'],
  '#attribute = :value': (row, values, names) =>
    row !== undefined && row[names['#attribute'] ?? ''] === values[':value'],
  'attribute_exists(pk) AND attribute_not_exists(awaitedRequest)': (row) =>
    row !== undefined && row.awaitedRequest === undefined,
  'awaitedRequest = :request': (row, values) => isAwaited(row, values),
  'attribute_not_exists(#used) OR (attribute_not_exists(#most) AND #used < :most) OR #used < #most': (row, values) =>
    number(row?.used) < number(row?.most ?? values[':most']),
  '#used >= :least': (row, values) => row?.used !== undefined && number(row.used) >= number(values[':least']),
  'attribute_not_exists(#used) OR #used < :least': (row, values) =>
    row?.used === undefined || number(row.used) < number(values[':least']),
  'seq = :seq': (row, values) => row?.seq === values[':seq'],
  'attribute_exists(pk) AND (claimedUntil = :none OR claimedUntil < :now OR claimedUntil > :beyond)': (row, values) =>
    row !== undefined && (row.claimedUntil === null || isVoid(row, values)),
  'attribute_not_exists(pk) OR (sentAt = :none AND (claimedUntil = :none OR claimedUntil < :now OR claimedUntil > :beyond))':
    (row, values) => row === undefined || (row.sentAt === null && (row.claimedUntil === null || isVoid(row, values))),
  'attribute_not_exists(pk) OR (confirmedAt = :none AND (place = :place OR lapsesAt < :now))': (row, values) =>
    row === undefined ||
    (row.confirmedAt === null && (row.place === values[':place'] || earlier(row.lapsesAt, values[':now']))),
  'attribute_not_exists(mails) OR mails < :limit': (row, values) =>
    row?.mails === undefined || number(row.mails) < number(values[':limit']),
};

const isAwaited = (row: Row | undefined, values: Values) =>
  row !== undefined && row.awaitedRequest === values[':request'];

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

const updates: Readonly<Record<string, (row: Row, write: Write) => Row>> = {
  'SET #count = #count + :by, #version = #version + :one': (
    row,
    { ExpressionAttributeNames: names, ExpressionAttributeValues: values },
  ) => {
    const count = names?.['#count'] ?? '';
    return { ...row, [count]: number(row[count]) + number(values?.[':by']), version: number(row.version) + 1 };
  },
  'SET awaitedRequest = :request, awaitedSince = :since': (row, { ExpressionAttributeValues: values }) => ({
    ...row,
    awaitedRequest: values?.[':request'],
    awaitedSince: values?.[':since'],
  }),
  'SET provenAt = awaitedSince REMOVE awaitedRequest, awaitedSince': ({ awaitedRequest: _, awaitedSince, ...row }) => ({
    ...row,
    provenAt: awaitedSince,
  }),
  'ADD #used :by': (row, { ExpressionAttributeValues: values }) => ({
    ...row,
    used: number(row.used) + number(values?.[':by']),
  }),
  'SET newsAt = :at': (row, { ExpressionAttributeValues: values }) => ({ ...row, newsAt: values?.[':at'] }),
  'REMOVE provenAt, awaitedRequest, awaitedSince': ({ provenAt: _, awaitedRequest: __, awaitedSince: ___, ...row }) =>
    row,
  'SET claimedUntil = :until, attempts = attempts + :one': (row, { ExpressionAttributeValues: values }) => ({
    ...row,
    claimedUntil: values?.[':until'],
    attempts: number(row.attempts) + 1,
  }),
};

/** What an update of a row that is not there begins with. */
const upserts: Readonly<Record<string, (row: Row, values: Values) => Row>> = {
  'SET mails = if_not_exists(mails, :zero) + :one, expiresAt = :expires': (row, values) => ({
    ...row,
    mails: number(row.mails) + 1,
    expiresAt: values[':expires'],
  }),
  'SET #used = :zero': (row, values) => ({ ...row, used: values[':zero'] }),
};

/** Null for an update that the model does not know. */
function updatedRow(address: { pk: string; sk: string }, row: Row | undefined, write: Write): Row | null {
  const { UpdateExpression: text = '', ExpressionAttributeValues: values = {} } = write;
  const upsert = upserts[text];
  if (upsert) return upsert(row ?? address, values);
  // DynamoDB creates the row that an update without a condition does not find.
  const known = row ?? (text.startsWith('ADD') ? address : undefined);
  return known ? (updates[text]?.(known, write) ?? null) : null;
}

export interface Table extends Documents {
  /** Every row, in order; for looking at, not for functions. */
  rows(prefix: string): Row[];
  row(pk: string, sk: string): Row | undefined;
}

const addressOf = ({ Item, Key }: Write) => Item ?? Key ?? { pk: '', sk: '' };
const keyOf = ({ pk, sk }: { pk: string; sk: string }) => `${pk}\n${sk}`;

interface Told {
  readonly onWrite: (row: Row) => void;
  readonly breach: (what: string) => void;
}

export function memoryTable(time: VirtualTime, chaos: Chaos, { onWrite, breach }: Told): Table {
  const partitions = new Map<string, Map<string, Row>>();
  const index = new Map<string, Map<string, Row>>();
  const get = (pk: string, sk: string) => partitions.get(pk)?.get(sk);
  const unknown = (what: string): Error => {
    breach(`the table of the model does not know ${what}`);
    return new Error(what);
  };

  const indexed = (before: Row | undefined, after: Row | undefined) => {
    const [from, to] = [before?.onKeyArn, after?.onKeyArn];
    if (typeof from === 'string' && from !== to) index.get(from)?.delete(String(before?.id));
    if (typeof to !== 'string' || !after) return;
    const entries = index.get(to) ?? new Map<string, Row>();
    index.set(to, entries.set(String(after.id), after));
  };
  const put = (address: { pk: string; sk: string }, row: Row | undefined) => {
    const partition = partitions.get(address.pk) ?? new Map<string, Row>();
    partitions.set(address.pk, partition);
    const before = partition.get(address.sk);
    if (row) {
      partition.set(address.sk, row);
      onWrite(row);
    } else partition.delete(address.sk);
    if (before?.onKeyArn === undefined && row?.onKeyArn === undefined) return;
    const lag = chaos.hits(chaos.rates().event) ? chaos.between(50, 3000) : 10;
    time.at(time.millis() + lag, () => indexed(before, get(address.pk, address.sk)));
  };
  const holds = (write: Write): boolean => {
    if (write.ConditionExpression === undefined) return true;
    const condition = conditions[write.ConditionExpression];
    if (!condition) throw unknown(`the condition ${write.ConditionExpression}`);
    const { pk, sk } = addressOf(write);
    return condition(get(pk, sk), write.ExpressionAttributeValues ?? {}, write.ExpressionAttributeNames ?? {});
  };
  const apply = (write: Write) => {
    const address = addressOf(write);
    if (write.Item) return put(address, JSON.parse(JSON.stringify(write.Item)) as Row);
    if (write.UpdateExpression === undefined) return put(address, undefined);
    const updated = updatedRow(address, get(address.pk, address.sk), write);
    if (!updated) throw unknown(`the update ${write.UpdateExpression}`);
    put(address, updated);
  };

  const codeOf = (write: Write, meets: boolean): string => {
    if (meets) return 'TransactionConflict';
    return holds(write) ? 'None' : 'ConditionalCheckFailed';
  };
  const transact = (items: readonly Readonly<Record<string, Write>>[]) => {
    const writes = items.map((item) => ({ check: 'ConditionCheck' in item, write: Object.values(item)[0] ?? {} }));
    refuseUnfit(writes.map(({ write }) => write));
    const met = chaos.hits(chaos.rates().conflict) ? Math.floor(chaos.chance() * writes.length) : -1;
    const codes = writes.map(({ write }, at) => codeOf(write, at === met));
    if (codes.some((code) => code !== 'None')) {
      throw new TransactionCanceledException({
        message: codes.join(),
        $metadata: {},
        CancellationReasons: codes.map((Code) => ({ Code })),
      });
    }
    for (const { write } of writes.filter(({ check }) => !check)) apply(write);
    return {};
  };
  const single = (write: Write) => {
    if (!holds(write))
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    apply(write);
    return {};
  };
  const query = (input: Query) => {
    const { ':pk': pk, ':prefix': prefix, ':arn': arn, ':after': after } = input.ExpressionAttributeValues;
    const found =
      arn === undefined
        ? inOrder(partitions.get(String(pk)), (key) => key.startsWith(String(prefix)))
        : inOrder(index.get(String(arn)), (id) => after === undefined || id > String(after));
    const backwards = input.ScanIndexForward === false;
    const from = input.ExclusiveStartKey?.sk;
    const isBehind = (key: string) => from === undefined || (backwards ? key < from : key > from);
    const rest = (backwards ? found.reverse() : found).filter(([key]) => isBehind(key));
    return {
      Items: rest.slice(0, input.Limit).map(([, row]) => row),
      LastEvaluatedKey: rest.length > input.Limit ? {} : undefined,
    };
  };
  const commands: Readonly<Record<string, (input: never) => unknown>> = {
    GetCommand: ({ Key }: { Key: { pk: string; sk: string } }) => ({ Item: get(Key.pk, Key.sk) }),
    BatchGetCommand: ({ RequestItems }: { RequestItems: Record<string, { Keys: { pk: string; sk: string }[] }> }) => ({
      Responses: Object.fromEntries(
        Object.entries(RequestItems).map(([name, { Keys }]) => [name, Keys.flatMap(({ pk, sk }) => get(pk, sk) ?? [])]),
      ),
    }),
    QueryCommand: query,
    TransactWriteCommand: ({ TransactItems }: { TransactItems: Record<string, Write>[] }) => transact(TransactItems),
    PutCommand: single,
    UpdateCommand: single,
    DeleteCommand: single,
  };
  const send = (command: { readonly constructor: { readonly name: string }; readonly input: unknown }) => {
    const run = commands[command.constructor.name];
    if (!run) throw unknown(`the command ${command.constructor.name}`);
    return chaos.call(
      'table',
      () => run(command.input as never),
      () => named('ThrottlingException', 'Rate exceeded'),
    );
  };
  return {
    send: send as Documents['send'],
    row: get,
    rows: (prefix) =>
      [...partitions]
        .filter(([pk]) => pk.startsWith(prefix))
        .flatMap(([, partition]) => inOrder(partition, () => true).map(([, row]) => row)),
  };
}

/** Source: TransactWriteItems in the DynamoDB API reference. */
function refuseUnfit(writes: readonly Write[]): void {
  const addresses = writes.map((write) => keyOf(addressOf(write)));
  if (new Set(addresses).size < addresses.length)
    throw named('ValidationException', 'One item in two operations of a transaction');
  if (addresses.length > mostItems)
    throw named('ValidationException', `More than ${mostItems} operations in a transaction`);
  const bytes = writes.reduce((sum, { Item }) => sum + (Item ? rowBytes(Item) : 0), 0);
  if (bytes > mostBytes) throw named('ValidationException', 'More than 4 MB in a transaction');
}

interface Query {
  readonly ExpressionAttributeValues: Values;
  readonly ExclusiveStartKey?: { readonly sk: string };
  readonly Limit: number;
  readonly ScanIndexForward?: boolean;
}

const inOrder = (rows: ReadonlyMap<string, Row> | undefined, wanted: (key: string) => boolean): [string, Row][] =>
  [...(rows ?? [])].filter(([key]) => wanted(key)).sort(([a], [b]) => (a < b ? -1 : 1));

export const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
