/** Databases: by id or name in their team, and by key ARN through the index, in the order of their ids. */
import type { Database } from '#lib/model/database.ts';
import { Problem } from '#lib/model/problem.ts';
import { idBehind, type ListQuery } from './apps.ts';
import { visitsBegun } from './backups.ts';
import type { Change } from './commit.ts';
import type { KeyUse } from './keys.ts';
import { counted } from './quotas.ts';
import { type Address, keyArnIndex, type Page, query, readRange, readRow, readRows, teamPartition } from './table.ts';

const databaseRow = (teamId: string, id: string): Address => ({ pk: teamPartition(teamId), sk: `DB#${id}` });
const nameRow = (teamId: string, name: string): Address => ({ pk: teamPartition(teamId), sk: `DBNAME#${name}` });

/** A stretch of a key's databases: ids behind `after`, up to and with `upTo`; null is open. */
export interface Batch {
  readonly after: string | null;
  readonly upTo: string | null;
}

export const databaseStore = () => ({
  databaseById: (teamId: string, id: string) => readRow<Database>(databaseRow(teamId, id)),
  findDatabase: async (teamId: string, nameOrId: string): Promise<Database | null> => {
    const id = await idBehind(nameOrId, 'db', nameRow(teamId, nameOrId));
    return id ? readRow<Database>(databaseRow(teamId, id)) : null;
  },
  databasesById: (teamId: string, ids: readonly string[]) =>
    readRows<Database>(ids.map((id) => databaseRow(teamId, id))),
  listDatabases: (teamId: string, { after, limit }: ListQuery): Promise<Page<Database & Address>> =>
    readRange({ pk: teamPartition(teamId), prefix: 'DB#', after, limit }),
  databasesOnKey,
  /** Up to 50 databases, read from the table itself: the index may lag. */
  batchOnKey: async (use: KeyUse, { after, upTo }: Batch): Promise<Database[]> => {
    const found: Database[] = [];
    let from = after;
    for (;;) {
      const page = await databasesOnKey(use, { after: from, limit: 50 });
      found.push(...page.items.filter(({ id }) => upTo === null || id <= upTo));
      if (!page.cursor || (upTo !== null && page.cursor >= upTo)) break;
      from = page.cursor;
    }
    const fresh = await Promise.all(
      chunks(found, 100).map((chunk) => readRows<Database>(chunk.map(({ teamId, id }) => databaseRow(teamId, id)))),
    );
    return fresh.flat().sort((a, b) => (a.id < b.id ? -1 : 1));
  },
});
export type DatabaseStore = ReturnType<typeof databaseStore>;

/** Of the team only, so that a page may be short, or empty, before the last one. */
async function databasesOnKey({ teamId, keyArn }: KeyUse, { after, limit }: ListQuery): Promise<Page<Database>> {
  const { items, more } = await query<Database>({
    IndexName: keyArnIndex,
    KeyConditionExpression: after ? 'onKeyArn = :arn AND id > :after' : 'onKeyArn = :arn',
    ExpressionAttributeValues: { ':arn': keyArn, ...(after ? { ':after': after } : {}) },
    Limit: limit,
  });
  return { items: items.filter((each) => each.teamId === teamId), cursor: more ? (items.at(-1)?.id ?? null) : null };
}

export const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

/** The row of a database; one without a customer key has no `onKeyArn` and stays out of the index. */
const asRow = (database: Database) => ({
  ...database,
  ...databaseRow(database.teamId, database.id),
  onKeyArn: database.keyArn ?? undefined,
});

export const nameTaken = (name: string) =>
  new Problem(
    'name_taken',
    `Your team already has a database ${name}. Choose another name, or leave it out to get one.`,
  );

export const databaseCreated = (database: Database): Change[] => [
  { kind: 'create', row: asRow(database) },
  {
    kind: 'create',
    row: { ...nameRow(database.teamId, database.name), id: database.id },
    otherwise: nameTaken(database.name),
  },
  visitsBegun(database),
  counted(database.teamId, 'databases', 1),
];

export const databaseSaved = (database: Database): Change => ({ kind: 'save', row: asRow(database) });

/** The old name is free at once, and the new one taken. */
export const databaseRenamed = (database: Database, name: string): Change[] => [
  databaseSaved({ ...database, name }),
  { kind: 'remove', row: nameRow(database.teamId, database.name) },
  { kind: 'create', row: { ...nameRow(database.teamId, name), id: database.id }, otherwise: nameTaken(name) },
];

export const databaseRemoved = (database: Database): Change[] => [
  { kind: 'remove', row: { ...databaseRow(database.teamId, database.id), version: database.version } },
  { kind: 'remove', row: nameRow(database.teamId, database.name) },
  counted(database.teamId, 'databases', -1),
];
