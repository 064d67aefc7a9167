/** Writes of single items outside of commits. Throw `Transient`, and the error of a condition that failed. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DeleteCommandInput,
  PutCommand,
  type PutCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { translated } from './errors.ts';
import type { Table } from './table.ts';

type Write<Input> = Omit<Input, 'TableName'>;

export const putItem = ({ documents, name }: Table, put: Write<PutCommandInput>): Promise<unknown> =>
  translated(documents.send(new PutCommand({ TableName: name, ...put })));

export const updateItem = ({ documents, name }: Table, update: Write<UpdateCommandInput>): Promise<unknown> =>
  translated(documents.send(new UpdateCommand({ TableName: name, ...update })));

export const deleteItem = ({ documents, name }: Table, Key: DeleteCommandInput['Key']): Promise<unknown> =>
  translated(documents.send(new DeleteCommand({ TableName: name, Key })));

/** Whether the condition of a single write held. */
export async function conditionally(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
