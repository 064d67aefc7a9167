/**
 * TransactWriteItems: all actions or none, in one batch.
 * Does not: report item collection metrics, or conflict with other transactions, since transactions run one after the
 * other.
 */
import { AwsError } from '../protocol.ts';
import { actionOf, asAwsError, dynalite, type Item, invalid, type Members, validateInput } from './dynalite.ts';
import { type Engine, runSync } from './engine.ts';
import { itemBytes } from './item-checks.ts';
import { wantsFailedItem } from './single-write.ts';
import type { WriteCollector } from './store-view.ts';
import { actionsOf, assertDistinct, cancelled, type Kind, maxBytes, type Reason, reasonFor } from './transaction.ts';
import { isExecuted, type TokenRecord, tokenOf, tokenWrite } from './transaction-token.ts';

const operations = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
} as const;
const acts = {
  Put: actionOf('PutItem'),
  Update: actionOf('UpdateItem'),
  Delete: actionOf('DeleteItem'),
  ConditionCheck: undefined,
};
const required: Partial<Record<Kind, string>> = { Update: 'UpdateExpression', ConditionCheck: 'ConditionExpression' };
const members = [
  'TableName',
  'Item',
  'Key',
  'UpdateExpression',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
];

interface PlannedAction {
  readonly kind: keyof typeof operations;
  readonly data: Members;
  readonly wantsItem: boolean;
}

export async function transactWrite(engine: Engine, input: Members): Promise<unknown> {
  const token = tokenOf(input);
  const plan = actionsOf(input, ['Put', 'Update', 'Delete', 'ConditionCheck']).map(planAction);
  return await engine.write((collector) => {
    if (token && isExecuted(token, engine.read(token.key) as TokenRecord | undefined, engine.now())) return {};
    assertDistinct(plan.map(({ data }) => targetOf(engine, data)));
    decide(collector, plan);
    if (token) collector.writes.push(tokenWrite(token, engine.now()));
    return consumedCapacity(input, plan);
  });
}

function planAction({ kind, body, at }: { kind: Kind; body: Members; at: string }): PlannedAction {
  const request = Object.fromEntries(
    members.flatMap((member) => (body[member] === undefined ? [] : [[member, body[member]]])),
  );
  const needed = required[kind];
  if (needed && request[needed] === undefined) {
    const path = `${at}.${needed.charAt(0).toLowerCase()}${needed.slice(1)}`;
    throw invalid(
      `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
    );
  }
  const write = kind as keyof typeof operations;
  try {
    return { kind: write, data: validateInput(operations[write], request), wantsItem: wantsFailedItem(body) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(error.code, error.message.replaceAll(" at '", ` at '${at}.`), { status: error.status });
  }
}

/**
 * The item of an action, to find two actions on one item; undefined for an invalid key, which the action itself
 * reports.
 */
function targetOf(engine: Engine, { TableName: name, Key: key, Item: item }: Members): string | undefined {
  const table = engine.table(name as string);
  if (!table) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  const keyed =
    key ??
    Object.fromEntries(table.KeySchema.map(({ AttributeName }) => [AttributeName, (item as Item)[AttributeName]]));
  return dynalite.validateKey(keyed as Item, table) ? undefined : `${name}~${dynalite.createKey(keyed as Item, table)}`;
}

function decide(collector: WriteCollector, plan: readonly PlannedAction[]): void {
  const reasons = plan.map((action) => outcomeOf(collector, action));
  if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
  const bytes = collector.writes.reduce(
    (sum, write) => sum + (write.type === 'put' && write.key.startsWith('item-') ? itemBytes(write.value as Item) : 0),
    0,
  );
  if (bytes > maxBytes)
    throw invalid('Transaction size exceeds limit: the aggregate size of the items cannot exceed 4 MB');
}

function outcomeOf(collector: WriteCollector, { kind, data, wantsItem }: PlannedAction): Reason {
  const act = acts[kind];
  collector.found = undefined;
  try {
    if (act) runSync((done) => act(collector.view, data, done));
    else check(collector, data);
    return { Code: 'None' };
  } catch (error) {
    const reason = reasonFor(asAwsError(error));
    return wantsItem && collector.found && reason.Code === 'ConditionalCheckFailed'
      ? { ...reason, Item: collector.found }
      : reason;
  }
}

function check({ view }: WriteCollector, data: Members): void {
  runSync((done) => {
    view.getTable(data.TableName as string, (missing, table) => {
      const refusal = missing ?? (table && dynalite.validateKey(data.Key as Item, table));
      if (refusal || !table) return done(refusal);
      view.getItemDb(table.TableName).get(dynalite.createKey(data.Key as Item, table), (_error, item) => {
        done(dynalite.checkConditional(data, item as Item | undefined));
      });
    });
  });
}

/**
 * A transaction consumes two units per started kilobyte.
 */
function consumedCapacity({ ReturnConsumedCapacity: wanted }: Members, plan: readonly PlannedAction[]): unknown {
  if (wanted !== 'TOTAL' && wanted !== 'INDEXES') return {};
  const units = new Map<string, number>();
  for (const { data } of plan) {
    const kilobytes = Math.ceil(itemBytes((data.Item ?? data.Key) as Item) / 1024);
    units.set(data.TableName as string, (units.get(data.TableName as string) ?? 0) + 2 * kilobytes);
  }
  return {
    ConsumedCapacity: [...units].map(([TableName, CapacityUnits]) => ({
      TableName,
      CapacityUnits,
      WriteCapacityUnits: CapacityUnits,
    })),
  };
}
