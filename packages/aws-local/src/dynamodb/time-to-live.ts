/**
 * Time to live: UpdateTimeToLive, DescribeTimeToLive, and the sweep that removes expired items with their index
 * entries, and expired transaction tokens.
 * Does not: limit a table to one change per hour, or delay changes as AWS does.
 */
import { AwsError } from '../protocol.ts';
import { actionOf, dynalite, type Item, invalid, type Members, type Table, validateInput } from './dynalite.ts';
import { type Engine, runSync } from './engine.ts';
import { itemKey } from './store-view.ts';
import { type TokenRecord, tokenPrefix } from './transaction-token.ts';

interface TimeToLive {
  readonly table: string;
  readonly attribute: string;
}

const prefix = 'ttl~';
export const timeToLiveKey = (table: string) => prefix + table;
const stored = (engine: Engine, table: string) => engine.read(timeToLiveKey(table)) as TimeToLive | undefined;

/** AWS ignores times more than five years in the past (developer guide, "Time to Live"). */
const tooOldSeconds = 5 * 365 * 24 * 3600;
/** Items that a sweep deletes before it yields to other work. */
const batch = 100;

function requireTable(engine: Engine, name: unknown): string {
  if (typeof name !== 'string' || !engine.table(name)) {
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  }
  return name;
}

export async function updateTimeToLive(engine: Engine, input: Members): Promise<unknown> {
  validateInput('DescribeTimeToLive', { TableName: input.TableName });
  const { AttributeName: attribute, Enabled: enabled } = (input.TimeToLiveSpecification ?? {}) as Members;
  if (typeof enabled !== 'boolean') throw missingMember('enabled');
  if (typeof attribute !== 'string' || attribute === '') throw missingMember('attributeName');
  const table = requireTable(engine, input.TableName);
  const current = stored(engine, table);
  if (current && current.attribute !== attribute) {
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${current.attribute}`);
  }
  if (enabled === Boolean(current)) throw invalid(`TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
  const key = timeToLiveKey(table);
  await engine.save([
    enabled ? { type: 'put', key, value: { table, attribute } satisfies TimeToLive } : { type: 'del', key },
  ]);
  return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled } };
}

const missingMember = (member: string) =>
  invalid(
    `1 validation error detected: Value null at 'timeToLiveSpecification.${member}' failed to satisfy constraint: ` +
      'Member must not be null',
  );

export async function describeTimeToLive(engine: Engine, input: Members): Promise<unknown> {
  validateInput('DescribeTimeToLive', input);
  const current = stored(engine, requireTable(engine, input.TableName));
  return {
    TimeToLiveDescription: current
      ? { TimeToLiveStatus: 'ENABLED', AttributeName: current.attribute }
      : { TimeToLiveStatus: 'DISABLED' },
  };
}

/** Deletes expired items and returns their number. An item whose time was extended meanwhile stays. */
export async function sweep(engine: Engine): Promise<number> {
  let removed = 0;
  for await (const [, value] of engine.level.iterator({ gte: prefix, lt: `${prefix}\xff` }))
    removed += await sweepTable(engine, value as TimeToLive);
  const expiredTokens: string[] = [];
  for await (const [key, value] of engine.level.iterator({ gte: tokenPrefix, lt: `${tokenPrefix}\xff` })) {
    if ((value as TokenRecord).expires <= engine.now().getTime()) expiredTokens.push(key);
  }
  if (expiredTokens.length > 0) await engine.save(expiredTokens.map((key) => ({ type: 'del', key })));
  return removed;
}

async function sweepTable(engine: Engine, { table: name, attribute }: TimeToLive): Promise<number> {
  const table = engine.table(name);
  if (!table) return 0;
  const space = itemKey(name, '');
  let removed = 0;
  let expired: Item[] = [];
  for await (const [, item] of engine.level.iterator({ gte: space, lt: `${space}\xff` })) {
    if (!isExpired(item as Item, attribute, engine.now())) continue;
    expired.push(item as Item);
    if (expired.length === batch) {
      removed += await remove(engine, table, { attribute, items: expired });
      expired = [];
    }
  }
  return removed + (await remove(engine, table, { attribute, items: expired }));
}

function isExpired(item: Item | undefined, attribute: string, now: Date): boolean {
  const at = item?.[attribute]?.N;
  const age = typeof at === 'string' ? now.getTime() / 1000 - Number(at) : Number.NaN;
  return age > 0 && age < tooOldSeconds;
}

const act = actionOf('DeleteItem');

async function remove(
  engine: Engine,
  table: Table,
  { attribute, items }: { attribute: string; items: readonly Item[] },
): Promise<number> {
  if (items.length === 0) return 0;
  return await engine.write(({ view }) => {
    const expired = items.filter((item) =>
      isExpired(
        engine.read(itemKey(table.TableName, dynalite.createKey(item, table))) as Item | undefined,
        attribute,
        engine.now(),
      ),
    );
    for (const item of expired) {
      const Key = Object.fromEntries(table.KeySchema.map(({ AttributeName: name }) => [name, item[name]]));
      runSync((done) => act(view, { TableName: table.TableName, Key }, done));
    }
    return expired.length;
  });
}
