/**
 * The simulated world's table behind DynamoDB's limits: each request takes its time and its units, and two transactions
 * that meet at an item conflict. Does not: split a partition that is hot, or save up what a partition did not use
 * (DynamoDB does both, at its own discretion).
 */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { Documents, Table } from '#lib/store/table.ts';
import { namedError, type Row } from '#simulation/memory-table.ts';
import type { SimulatedTable } from '#simulation/table.ts';
import { byPartition, bytesOf, readUnits, type Units, unitsOfWrite } from './capacity.ts';
import type { ScaleContext } from './context.ts';
import type { Latency } from './latencies.ts';

interface Address {
  readonly pk: string;
  readonly sk: string;
}
interface Write {
  readonly Item?: Row;
  readonly Key?: Address;
  readonly UpdateExpression?: string;
}
interface Input extends Write {
  readonly TransactItems?: readonly Readonly<Record<string, Write>>[];
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Address[] }>>;
  readonly ConsistentRead?: boolean;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}
/** A command of the SDK. */
interface Command {
  readonly constructor: { readonly name: string };
  readonly input: unknown;
}

/** Attempts of the stores' client (lib/store/table.ts). */
const attempts = 4;

const throttled = () => namedError('ThrottlingException', 'Throughput exceeds the current capacity of the partition.');

export function measuredTable(table: SimulatedTable, around: ScaleContext): Table {
  const { meter } = around;
  const held = new Set<string>();
  const answerOf = (command: Command): Promise<unknown> => table.documents.send(command as never);
  const transact = async (items: readonly Write[], command: Command): Promise<unknown> => {
    meter.saw('transactionItems', items.length);
    meter.saw('transactionBytes', sum(items.map(({ Item }) => bytesOf(Item ?? null))));
    const keys = items.map((item) => nameOf(addressOf(item)));
    if (keys.some((key) => held.has(key))) throw conflict(keys.map((key) => held.has(key)));
    for (const key of keys) held.add(key);
    try {
      await paid(around, 'TransactWriteItems', unitsOf(table, items, true));
      return await answerOf(command);
    } finally {
      for (const key of keys) held.delete(key);
    }
  };
  const conflict = (met: readonly boolean[]) => {
    meter.count('DynamoDB conflicts');
    const CancellationReasons = met.map((is) => ({ Code: is ? 'TransactionConflict' : 'None' }));
    return new TransactionCanceledException({ message: 'Transaction cancelled', $metadata: {}, CancellationReasons });
  };
  const send = async (command: Command): Promise<unknown> => {
    const input = command.input as Input;
    const action = command.constructor.name.replace('Command', '');
    if (input.TransactItems) return transact(input.TransactItems.flatMap(Object.values<Write>), command);
    if (action === 'Query') {
      const response = await answerOf(command);
      await paid(around, action, [unitsOfQuery(input, (response as { Items: Row[] }).Items)]);
      return response;
    }
    if (action === 'Get' || action === 'BatchGet') await paid(around, `${action}Item`, unitsOfReads(table, input));
    else await paid(around, `${action}Item`, unitsOf(table, [input], false));
    return answerOf(command);
  };
  return { name: table.name, documents: { send: send as Documents['send'] } };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const addressOf = ({ Item, Key }: Write): Address => Item ?? Key ?? { pk: '', sk: '' };
const nameOf = ({ pk, sk }: Address): string => `${pk} ${sk}`;

/** Consumes the capacity units of each partition, with retries if they are throttled, and takes the request's time. */
async function paid(around: ScaleContext, action: string, units: readonly Units[]): Promise<void> {
  const { meter, time } = around;
  for (const { partition, reads, writes } of byPartition(units)) {
    meter.count('DynamoDB read units', reads);
    meter.count('DynamoDB write units', writes);
    for (let attempt = 1; !meter.take({ partitionReads: reads, partitionWrites: writes }, partition); attempt++) {
      if (attempt === attempts) throw throttled();
      await time.sleep(around.backoff(attempt));
    }
  }
  await time.sleep(around.lasting(latencyOf(action)));
  meter.count(`DynamoDB ${action}`);
}

function latencyOf(action: string): Latency {
  if (action === 'TransactWriteItems') return 'dynamodbTransaction';
  return action.startsWith('Put') || action.startsWith('Update') || action.startsWith('Delete')
    ? 'dynamodbWrite'
    : 'dynamodbRead';
}

const unitsOf = (table: SimulatedTable, writes: readonly Write[], inTransaction: boolean): Units[] =>
  writes.flatMap((write) => {
    const { pk, sk } = addressOf(write);
    const before = table.row(pk, sk) ?? null;
    return unitsOfWrite({ pk, before, after: write.Item ?? (write.UpdateExpression ? before : null) }, inTransaction);
  });

function unitsOfReads(
  table: SimulatedTable,
  { Key, RequestItems = {}, ConsistentRead = Object.keys(RequestItems).length > 0 }: Input,
): Units[] {
  const addresses = Key ? [Key] : Object.values(RequestItems).flatMap(({ Keys }) => Keys);
  return addresses.map(({ pk, sk }) => {
    const reads = readUnits(bytesOf(table.row(pk, sk) ?? null), ConsistentRead);
    return { partition: pk, reads, writes: 0 };
  });
}

/** A query is charged for the sum of the items that it reads. */
function unitsOfQuery(
  { ExpressionAttributeValues: values, ConsistentRead = false }: Input,
  rows: readonly Row[],
): Units {
  const arn = values?.[':arn'];
  const partition = arn === undefined ? String(values?.[':pk']) : `byKeyArn ${arn}`;
  return { partition, reads: readUnits(sum(rows.map(bytesOf)), ConsistentRead), writes: 0 };
}
