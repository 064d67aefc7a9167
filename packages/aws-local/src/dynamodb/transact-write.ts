/**
 * TransactWriteItems: all actions or none, in one batch.
 * Does not: report item collection metrics, or conflict with other transactions, since transactions run one after the
 * other.
 */
import { AwsError } from '../protocol.ts';
import { itemBytes } from './acceptable-item.ts';
import { actionOf, asAwsError, checked, dynalite, type Item, invalid, type Members } from './dynalite.ts';
import { answered, type Engine } from './engine.ts';
import type { Collected } from './faces.ts';
import { wantsFailedItem } from './single-write.ts';
import { actionsOf, cancelled, distinct, type Kind, maxBytes, type Reason, reasonFor } from './transaction.ts';
import { isSpent, spent, type TokenRecord, tokenOf } from './transaction-token.ts';

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

interface Planned {
  readonly kind: keyof typeof operations;
  readonly data: Members;
  readonly wantsItem: boolean;
}

export async function transactWrite(engine: Engine, input: Members): Promise<unknown> {
  const token = tokenOf(input);
  const plan = actionsOf(input, ['Put', 'Update', 'Delete', 'ConditionCheck']).map(planned);
  return await engine.write((collected) => {
    if (token && isSpent(token, engine.read(token.key) as TokenRecord | undefined, engine.now())) return {};
    distinct(plan.map(({ data }) => targetOf(engine, data)));
    decide(collected, plan);
    if (token) collected.writes.push(spent(token, engine.now()));
    return consumed(input, plan);
  });
}

function planned({ kind, body, at }: { kind: Kind; body: Members; at: string }): Planned {
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
    return { kind: write, data: checked(operations[write], request), wantsItem: wantsFailedItem(body) };
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

function decide(collected: Collected, plan: readonly Planned[]): void {
  const reasons = plan.map((action) => outcomeOf(collected, action));
  if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
  const bytes = collected.writes.reduce(
    (sum, write) => sum + (write.type === 'put' && write.key.startsWith('item-') ? itemBytes(write.value as Item) : 0),
    0,
  );
  if (bytes > maxBytes)
    throw invalid('Transaction size exceeds limit: the aggregate size of the items cannot exceed 4 MB');
}

function outcomeOf(collected: Collected, { kind, data, wantsItem }: Planned): Reason {
  const act = acts[kind];
  collected.found = undefined;
  try {
    if (act) answered((done) => act(collected.face, data, done));
    else check(collected, data);
    return { Code: 'None' };
  } catch (error) {
    const reason = reasonFor(asAwsError(error));
    return wantsItem && collected.found && reason.Code === 'ConditionalCheckFailed'
      ? { ...reason, Item: collected.found }
      : reason;
  }
}

function check({ face }: Collected, data: Members): void {
  answered((done) => {
    face.getTable(data.TableName as string, (missing, table) => {
      const refusal = missing ?? (table && dynalite.validateKey(data.Key as Item, table));
      if (refusal || !table) return done(refusal);
      face.getItemDb(table.TableName).get(dynalite.createKey(data.Key as Item, table), (_error, item) => {
        done(dynalite.checkConditional(data, item as Item | undefined));
      });
    });
  });
}

/**
 * A transaction consumes two units per kilobyte begun; the size is the one that dynalite computed for the single write.
 */
function consumed({ ReturnConsumedCapacity: wanted }: Members, plan: readonly Planned[]): unknown {
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
