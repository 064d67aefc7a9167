/** Databases that somebody must look after until they settle: followers, and those that are being promoted. In one partition, since they are few. */
import type { Database } from '#lib/model/database.ts';
import type { Change } from './commit.ts';
import { type Address, type Page, readRange } from './table.ts';

export interface Watched {
  readonly teamId: string;
  readonly databaseId: string;
}

const partition = 'WATCHED';
const watchedRow = (databaseId: string): Address => ({ pk: partition, sk: databaseId });

export const watchedStore = () => ({
  watchedDatabases: (after: string | null): Promise<Page<Watched & Address>> =>
    readRange({ pk: partition, prefix: 'db_', after, limit: 100, consistent: true }),
});

export const watchBegun = ({ teamId, id }: Pick<Database, 'teamId' | 'id'>): Change => ({
  kind: 'create',
  row: { ...watchedRow(id), teamId, databaseId: id },
});

export const watchEnded = ({ id }: Pick<Database, 'id'>): Change => ({ kind: 'remove', row: watchedRow(id) });
