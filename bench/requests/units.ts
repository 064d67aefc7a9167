/** Capacity units of one recorded call. */
import { bytesOf, type Row, readUnits, unitsOfWrite } from '../scale/capacity.ts';
import type { RecordedCall } from './recorded-calls.ts';

export interface Units {
  readonly reads: number;
  readonly writes: number;
}

interface Address {
  readonly pk: string;
  readonly sk: string;
}
interface Write {
  readonly Item?: Row & Address;
  readonly Key?: Address;
}
interface Input extends Write {
  readonly ConsistentRead?: boolean;
  readonly TransactItems?: readonly Readonly<Record<string, Write>>[];
}
interface Output {
  readonly Item?: Row;
  readonly Items?: readonly Row[];
}

/**
 * Zero for a call of another service. An updated or deleted row counts as one kilobyte, since such rows are smaller.
 */
export function unitsOfCall({ client, command, input, output }: RecordedCall): Units {
  if (client !== 'DynamoDBDocumentClient') return { reads: 0, writes: 0 };
  const { Item, Key, TransactItems, ConsistentRead = false } = input as Input;
  const { Item: found, Items } = (output ?? {}) as Output;
  if (command === 'GetCommand') return { reads: readUnits(bytesOf(found ?? null), ConsistentRead), writes: 0 };
  if (command === 'QueryCommand') return { reads: readUnits(bytes(Items ?? []), ConsistentRead), writes: 0 };
  if (TransactItems)
    return written(
      TransactItems.flatMap((item) => Object.values(item)),
      true,
    );
  return written([{ ...(Item ? { Item } : {}), ...(Key ? { Key } : {}) }], false);
}

const bytes = (rows: readonly Row[]): number => rows.reduce((sum, row) => sum + bytesOf(row), 0);

function written(writes: readonly Write[], inTransaction: boolean): Units {
  const units = writes.flatMap(({ Item, Key }) =>
    unitsOfWrite({ pk: (Item ?? Key)?.pk ?? '', before: null, after: Item ?? null }, inTransaction),
  );
  return { reads: 0, writes: units.reduce((sum, each) => sum + each.writes, 0) };
}
