/** Checks that dynalite lacks: the item's size in bytes, and empty values of index keys. */
import { type AttributeValue, dynalite, type Item, type Refusal, type Table } from './dynalite.ts';

/** The refusal of an item to be written, if any. `maxBytes` is 400 KiB on AWS. */
export function itemRefusal(item: Item, table: Table, maxBytes: number): Refusal | undefined {
  const emptyKey = emptyIndexKey(item, table);
  if (emptyKey) {
    return dynalite.validationError(
      'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
        `The AttributeValue for a key attribute cannot contain an empty ${emptyKey.kind} value. ` +
        `IndexName: ${emptyKey.index}, IndexKey: ${emptyKey.attribute}`,
    );
  }
  return itemBytes(item) > maxBytes
    ? dynalite.validationError('Item size has exceeded the maximum allowed size')
    : undefined;
}

function emptyIndexKey(item: Item, { GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] }: Table) {
  const keys = [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].flatMap(({ IndexName, KeySchema }) =>
    KeySchema.map(({ AttributeName }) => ({ index: IndexName, attribute: AttributeName, value: item[AttributeName] })),
  );
  const emptyKey = keys.find(({ value }) => value?.S === '' || value?.B === '');
  return emptyKey && { ...emptyKey, kind: emptyKey.value?.S === '' ? 'string' : 'binary' };
}

/** Sizes as the developer guide's "DynamoDB item sizes and formats" counts them; names count too. */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + valueBytes(value);
  return bytes;
}

const numberBytes = (digits: string) => Math.ceil(digits.replace(/^-?0*|[-+.]|e.*$/gi, '').length / 2) + 1;
const binaryBytes = (base64: string) => Buffer.byteLength(base64, 'base64');
const sum = <T>(values: readonly T[], bytes: (value: T) => number) =>
  values.reduce((total, value) => total + bytes(value), 0);

const sizes: Readonly<Record<string, (value: never) => number>> = {
  S: (value: string) => Buffer.byteLength(value),
  N: numberBytes,
  B: binaryBytes,
  SS: (values: string[]) => sum(values, (value) => Buffer.byteLength(value)),
  NS: (values: string[]) => sum(values, numberBytes),
  BS: (values: string[]) => sum(values, binaryBytes),
  L: (values: AttributeValue[]) => 3 + sum(values, (value) => 1 + valueBytes(value)),
  M: (value: Item) => 3 + Object.keys(value).length + itemBytes(value),
};

function valueBytes(value: AttributeValue): number {
  const [type = '', content] = Object.entries(value)[0] ?? [];
  return sizes[type]?.(content as never) ?? 1;
}
