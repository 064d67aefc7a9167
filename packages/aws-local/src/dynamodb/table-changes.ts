/**
 * CreateTable, UpdateTable and DeleteTable, and their completion after a kill. A table is deleted with its items, index
 * entries, tags and time to live in one batch.
 * Does not: add or remove an index of an existing table (refused), or keep a table's stream, encryption, class or
 * deletion protection.
 */
import { AwsError } from '../protocol.ts';
import { invalid, type Level, type Members, type Table, validateInput, type Write } from './dynalite.ts';
import type { Engine } from './engine.ts';
import { passThrough } from './reads.ts';
import { itemKey, tableKey } from './store-view.ts';
import { timeToLiveKey } from './time-to-live.ts';

const create = passThrough('CreateTable');
const update = passThrough('UpdateTable');

export async function createTable(engine: Engine, input: Members): Promise<unknown> {
  // dynalite changes the object after the callback.
  const result = structuredClone(await create(engine, input));
  engine.forgetTables();
  return result;
}

const supported = new Set([
  'TableName',
  'BillingMode',
  'ProvisionedThroughput',
  'GlobalSecondaryIndexUpdates',
  'AttributeDefinitions',
]);

export async function updateTable(engine: Engine, input: Members): Promise<unknown> {
  const updates = (input.GlobalSecondaryIndexUpdates ?? []) as readonly Members[];
  const other = Object.keys(input).find((member) => !supported.has(member));
  if (other) throw invalid(`One or more parameter values were invalid: this emulator does not change ${other}`);
  if (updates.some(({ Create, Delete }) => Create ?? Delete)) {
    throw invalid(
      'One or more parameter values were invalid: this emulator does not add or remove indexes of a table that exists',
    );
  }
  const result = structuredClone(await update(engine, input));
  engine.forgetTables();
  return result;
}

export async function deleteTable(engine: Engine, input: Members): Promise<unknown> {
  const { TableName: name } = validateInput('DeleteTable', input) as { TableName: string };
  const table = engine.read(tableKey(name)) as Table | undefined;
  if (!table) throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  if (table.TableStatus === 'CREATING') {
    throw new AwsError(
      'ResourceInUseException',
      `Attempt to change a resource which is still in use: Table is being created: ${name}`,
    );
  }
  const deleting: Table = { ...table, TableStatus: 'DELETING' };
  const marked = engine.save([{ type: 'put', key: tableKey(name), value: deleting }]);
  engine.forgetTables();
  await marked;
  await engine.save(await removalOf(engine.level, name));
  return { TableDescription: deleting };
}

async function removalOf(level: Level, name: string): Promise<Write[]> {
  const removal: Write[] = [
    { type: 'del', key: tableKey(name) },
    { type: 'del', key: timeToLiveKey(name) },
  ];
  for (const prefix of [itemKey(name, ''), `index-global~${name}~`, `index-local~${name}~`, `tag-${name}~`]) {
    for await (const key of level.keys(within(prefix))) removal.push({ type: 'del', key });
  }
  return removal;
}

const within = (prefix: string) => ({ gte: prefix, lt: `${prefix}\xff` });

/**
 * Completes interrupted operations: a table that was being created is created, and one that was being deleted is
 * deleted.
 */
export async function repairTables(engine: Engine): Promise<void> {
  for await (const [key, value] of engine.level.iterator(within(tableKey('')))) {
    const table = value as Table;
    if (table.TableStatus === 'DELETING') await engine.save(await removalOf(engine.level, table.TableName));
    else if (table.TableStatus !== 'ACTIVE') await engine.save([{ type: 'put', key, value: settled(table) }]);
  }
  engine.forgetTables();
}

const settled = (table: Table): Table => ({
  ...table,
  TableStatus: 'ACTIVE',
  ...(table.GlobalSecondaryIndexes && {
    GlobalSecondaryIndexes: table.GlobalSecondaryIndexes.map((index) => ({ ...index, IndexStatus: 'ACTIVE' })),
  }),
});
