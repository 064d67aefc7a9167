/** TransactGetItems: items as they were at one moment, from one snapshot of the store. */
import { AwsError } from '../protocol.ts';
import { itemBytes } from './acceptable-item.ts';
import { actionOf, asAwsError, checked, dynalite, type Item, invalid, type Members } from './dynalite.ts';
import { answered, type Engine } from './engine.ts';
import { collect } from './faces.ts';
import { actionsOf, cancelled, distinct, maxBytes, type Reason, reasonFor } from './transaction.ts';

const act = actionOf('GetItem');

export async function transactGet(engine: Engine, input: Members): Promise<unknown> {
  const gets = actionsOf(input, ['Get']).map(
    ({ body: { TableName, Key, ProjectionExpression, ExpressionAttributeNames } }) =>
      checked('GetItem', { TableName, Key, ProjectionExpression, ExpressionAttributeNames }),
  );
  distinct(gets.map((data) => targetOf(engine, data)));
  const snapshot = engine.level.snapshot();
  try {
    const { face } = collect({ table: engine.table, read: (key) => engine.level.getSync(key, { snapshot }) });
    const read = gets.map((data) => outcomeOf(() => answered((done) => act(face, data, done))));
    if (read.some(({ reason }) => reason.Code !== 'None')) throw cancelled(read.map(({ reason }) => reason));
    if (read.reduce((sum, { item }) => sum + (item ? itemBytes(item) : 0), 0) > maxBytes)
      throw invalid('Transaction size exceeds limit: the aggregate size of the items cannot exceed 4 MB');
    return { Responses: read.map(({ item }) => (item ? { Item: item } : {})) };
  } finally {
    await snapshot.close();
  }
}

function targetOf(engine: Engine, { TableName: name, Key: key }: Members): string | undefined {
  const table = engine.table(name as string);
  if (!table) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  return dynalite.validateKey(key as Item, table) ? undefined : `${name}~${dynalite.createKey(key as Item, table)}`;
}

function outcomeOf(read: () => unknown): { reason: Reason; item?: Item | undefined } {
  try {
    return { reason: { Code: 'None' }, item: (read() as { Item?: Item }).Item };
  } catch (error) {
    return { reason: reasonFor(asAwsError(error)) };
  }
}
