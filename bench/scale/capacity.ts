/**
 * What a request to DynamoDB costs, in capacity units and by partition. Pure. Source: DynamoDB developer guide, "Read
 * and write operations": a unit reads 4 KB consistently, twice that otherwise, or writes 1 KB; a transaction writes
 * twice; an index is written beside the table.
 */

export type Row = Readonly<Record<string, unknown>>;

/** Units of a partition of the table, or of the index by key ARN. */
export interface Units {
  readonly partition: string;
  readonly reads: number;
  readonly writes: number;
}

/** An item before and after a write; null if there is none. */
export interface ItemWrite {
  readonly pk: string;
  readonly before: Row | null;
  readonly after: Row | null;
}

const kilobyte = 1024;
/** The size of the row's JSON, close to DynamoDB's count of names and values. */
export const bytesOf = (row: Row | null): number => (row ? Buffer.byteLength(JSON.stringify(row)) : 0);

export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / (4 * kilobyte))) * (consistent ? 1 : 0.5);

const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / kilobyte));

/** The larger of the two states counts. */
export function unitsOfWrite({ pk, before, after }: ItemWrite, inTransaction: boolean): Units[] {
  const units = writeUnits(Math.max(bytesOf(before), bytesOf(after)));
  const arn = after?.onKeyArn ?? before?.onKeyArn;
  return [
    { partition: pk, reads: 0, writes: inTransaction ? 2 * units : units },
    ...(typeof arn === 'string' ? [{ partition: `byKeyArn ${arn}`, reads: 0, writes: units }] : []),
  ];
}

/** One sum per partition. */
export function byPartition(units: readonly Units[]): Units[] {
  const sum = (its: readonly Units[], of: 'reads' | 'writes') => its.reduce((total, each) => total + each[of], 0);
  return [...Map.groupBy(units, ({ partition }) => partition)].map(([partition, its]) => ({
    partition,
    reads: sum(its, 'reads'),
    writes: sum(its, 'writes'),
  }));
}
