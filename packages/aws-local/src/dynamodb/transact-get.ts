/** TransactGetItems: items as they were at one moment, from one snapshot of the store. */
import { AwsError } from '../protocol.ts';
import { actionOf, asAwsError, dynalite, type Item, invalid, type Members, validateInput } from './dynalite.ts';
import { type Engine, runSync } from './engine.ts';
import { itemBytes } from './item-checks.ts';
import { collectWrites } from './store-view.ts';
import { actionsOf, assertDistinct, cancelled, maxBytes, type Reason, reasonFor } from './transaction.ts';

const act = actionOf('GetItem');

export async function transactGet(engine: Engine, input: Members): Promise<unknown> {
  const gets = actionsOf(input, ['Get']).map(
    ({ body: { TableName, Key, ProjectionExpression, ExpressionAttributeNames } }) =>
      validateInput('GetItem', { TableName, Key, ProjectionExpression, ExpressionAttributeNames }),
  );
  assertDistinct(gets.map((data) => targetOf(engine, data)));
  const snapshot = engine.level.snapshot();
  try {
    const { view } = collectWrites({ table: engine.table, read: (key) => engine.level.getSync(key, { snapshot }) });
    const outcomes = gets.map((data) => outcomeOf(() => runSync((done) => act(view, data, done))));
    if (outcomes.some(({ reason }) => reason.Code !== 'None')) throw cancelled(outcomes.map(({ reason }) => reason));
    if (outcomes.reduce((sum, { item }) => sum + (item ? itemBytes(item) : 0), 0) > maxBytes)
      throw invalid('Transaction size exceeds limit: the aggregate size of the items cannot exceed 4 MB');
    return { Responses: outcomes.map(({ item }) => (item ? { Item: item } : {})) };
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
