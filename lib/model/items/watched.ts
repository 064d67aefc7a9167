/** Items of followers and promotions, which the fork watch checks. In one partition, since they are few. */
import type { Database } from '#lib/model/database.ts';
import type { Address } from './address.ts';
import { type Change, created, removed } from './change.ts';

export interface Watched {
  readonly teamId: string;
  readonly databaseId: string;
}

export const watchedPartition = 'WATCHED';
const watchedRow = (databaseId: string): Address => ({ pk: watchedPartition, sk: databaseId });

export const watchBegun = ({ teamId, id }: Pick<Database, 'teamId' | 'id'>): Change =>
  created(watchedRow(id), { teamId, databaseId: id });

export const watchEnded = ({ id }: Pick<Database, 'id'>): Change => removed(watchedRow(id));
