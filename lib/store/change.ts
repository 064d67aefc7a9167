/** The change of one row in a commit, and its translation to an item of a DynamoDB transaction. */
import type { PutCommandInput, TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Change, Row } from '#lib/model/items/change.ts';

export type Item = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

export const absent = { ConditionExpression: 'attribute_not_exists(pk)' };
const atVersion = (version: number) => ({
  ConditionExpression: '#version = :version',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: { ':version': version },
});

const equal = (attribute: string, value: string | number | null) => ({
  ConditionExpression: '#attribute = :value',
  ExpressionAttributeNames: { '#attribute': attribute },
  ExpressionAttributeValues: { ':value': value },
});

export const put = (TableName: string, row: Row, condition: Partial<PutCommandInput>): Item => ({
  Put: { TableName, Item: row, ...condition },
});

const removal = (present: boolean, version: number | undefined) =>
  version === undefined ? (present ? { ConditionExpression: 'attribute_exists(pk)' } : {}) : atVersion(version);

type Tally = Extract<Change, { kind: 'tally' }>;

const belowMost = 'attribute_not_exists(#used) OR (attribute_not_exists(#most) AND #used < :most) OR #used < #most';

const add = 'ADD #used :by';
const used = { '#used': 'used' };

const increase = ({ by, most }: Tally) => ({
  UpdateExpression: add,
  ConditionExpression: belowMost,
  ExpressionAttributeNames: { ...used, '#most': 'most' },
  ExpressionAttributeValues: { ':by': by, ':most': most },
});

/** `toZero` instead of a decrease by more than the counter has. */
const decrease = ({ by }: Tally, toZero: boolean) => ({
  ...(toZero
    ? { UpdateExpression: 'SET #used = :zero', ConditionExpression: 'attribute_not_exists(#used) OR #used < :least' }
    : { UpdateExpression: add, ConditionExpression: '#used >= :least' }),
  ExpressionAttributeNames: used,
  ExpressionAttributeValues: { [toZero ? ':zero' : ':by']: toZero ? 0 : by, ':least': -by },
});

export const isDecrease = (change: Change): boolean => change.kind === 'tally' && change.by < 0;

/** Merges the tallies of a counter, since a transaction may change a row only once. */
export function withOneTally(changes: readonly Change[]): Change[] {
  const placeOf = (change: Change) => (change.kind === 'tally' ? `${change.address.pk} ${change.address.sk}` : null);
  const first = (place: string) => changes.findIndex((other) => placeOf(other) === place);
  return changes.flatMap((change, index) => {
    const place = placeOf(change);
    if (change.kind !== 'tally' || place === null) return [change];
    if (first(place) !== index) return [];
    const by = changes.reduce(
      (sum, other) => sum + (other.kind === 'tally' && placeOf(other) === place ? other.by : 0),
      0,
    );
    return by === 0 ? [] : [{ ...change, by }];
  });
}

/** `toZero` is for a decrease by more than its counter has. */
export function changeItem(TableName: string, change: Change, toZero = false): Item {
  if (change.kind === 'create') return put(TableName, change.row, absent);
  if (change.kind === 'replace') return put(TableName, change.row, equal(change.attribute, change.value));
  if (change.kind === 'save')
    return put(TableName, { ...change.row, version: change.row.version + 1 }, atVersion(change.row.version));
  if (change.kind === 'remove') {
    const { pk, sk, version } = change.row;
    return { Delete: { TableName, Key: { pk, sk }, ...removal(change.present ?? false, version) } };
  }
  const { pk, sk } = change.address;
  const Key = { pk, sk };
  if (change.kind === 'tally')
    return { Update: { TableName, Key, ...(change.by < 0 ? decrease(change, toZero) : increase(change)) } };
  if (change.kind === 'expect') return { ConditionCheck: { TableName, Key, ...equal(change.attribute, change.value) } };
  return {
    Update: {
      TableName,
      Key,
      UpdateExpression: 'SET #count = #count + :by, #version = #version + :one',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#count': change.attribute, '#version': 'version' },
      ExpressionAttributeValues: { ':by': change.by, ':one': 1 },
    },
  };
}
