/** Items of databases: by id, by name, and by key ARN through an index. */
import type { Database } from '#lib/model/database.ts';
import { Problem } from '#lib/model/problem.ts';
import { inTeam } from './address.ts';
import { visitsBegun } from './backups.ts';
import { type Change, created, removed } from './change.ts';
import { counted } from './quotas.ts';

export const databaseRow = (teamId: string, id: string) => inTeam(teamId, `DB#${id}`);
export const databaseNameRow = (teamId: string, name: string) => inTeam(teamId, `DBNAME#${name}`);

/** The row of a database; one without a customer key has no `onKeyArn` and stays out of the index. */
const databaseAsRow = (database: Database) => ({
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
  { kind: 'create', row: databaseAsRow(database) },
  created(databaseNameRow(database.teamId, database.name), { id: database.id }, nameTaken(database.name)),
  visitsBegun(database),
  counted(database.teamId, 'databases', 1),
];

export const databaseSaved = (database: Database): Change => ({ kind: 'save', row: databaseAsRow(database) });

/** The old name is free at once, and the new one taken. */
export const databaseRenamed = (database: Database, name: string): Change[] => [
  databaseSaved({ ...database, name }),
  removed(databaseNameRow(database.teamId, database.name)),
  created(databaseNameRow(database.teamId, name), { id: database.id }, nameTaken(name)),
];

export const databaseRemoved = (database: Database): Change[] => [
  removed(databaseRow(database.teamId, database.id), database.version),
  removed(databaseNameRow(database.teamId, database.name)),
  counted(database.teamId, 'databases', -1),
];
