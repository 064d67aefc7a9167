/** One row's change, as a commit has it and as DynamoDB's transaction does. */
import type { PutCommandInput, TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Problem } from '#lib/problem.ts';
import { type Address, tableName } from './table.ts';

export type Row = Address & Readonly<Record<string, unknown>>;

/**
 * `replace` puts a row in place of one that is as it was read, by an attribute. `expect` changes nothing: a row that was read is still as it was, in what counts. `otherwise` is thrown when the change's condition fails; without it a failed condition is
 * `version_mismatch`.
 */
export type Change = { readonly otherwise?: Problem } & (
  | { readonly kind: 'create'; readonly row: Row }
  | { readonly kind: 'replace'; readonly row: Row; readonly attribute: string; readonly value: string }
  | { readonly kind: 'save'; readonly row: Row & { readonly version: number } }
  | { readonly kind: 'remove'; readonly row: Address & { readonly version?: number } }
  | { readonly kind: 'expect'; readonly address: Address; readonly attribute: string; readonly value: string | number | null }
  | { readonly kind: 'count'; readonly address: Address; readonly attribute: string; readonly by: number }
);

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

export const put = (row: Row, condition: Partial<PutCommandInput>): Item => ({ Put: { TableName: tableName(), Item: row, ...condition } });

export function changeItem(change: Change): Item {
  if (change.kind === 'create') return put(change.row, absent);
  if (change.kind === 'replace') return put(change.row, equal(change.attribute, change.value));
  if (change.kind === 'save') return put({ ...change.row, version: change.row.version + 1 }, atVersion(change.row.version));
  if (change.kind === 'remove') {
    const { pk, sk, version } = change.row;
    return { Delete: { TableName: tableName(), Key: { pk, sk }, ...(version === undefined ? {} : atVersion(version)) } };
  }
  const Key = { pk: change.address.pk, sk: change.address.sk };
  if (change.kind === 'expect') {
    return {
      ConditionCheck: {
        TableName: tableName(),
        Key,
        ...equal(change.attribute, change.value),
      },
    };
  }
  return {
    Update: {
      TableName: tableName(),
      Key,
      UpdateExpression: 'SET #count = #count + :by, #version = #version + :one',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#count': change.attribute, '#version': 'version' },
      ExpressionAttributeValues: { ':by': change.by, ':one': 1 },
    },
  };
}
