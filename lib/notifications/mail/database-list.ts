/**
 * Lists the databases of a mail. Only the first 100 get a row, so that a mail about 10,000 databases stays below
 * SES's 10 MB.
 */
import type { AffectedDatabase } from '#lib/model/notice.ts';
import { plain } from './plain.ts';

const maxRows = 100;

export interface DatabaseList {
  readonly rows: readonly AffectedDatabase[];
  /** The names of all other databases; null if there are none. */
  readonly others: string | null;
}

/** In the order of their names. */
export function listDatabases(databases: readonly AffectedDatabase[]): DatabaseList {
  const sorted = databases.map(sanitize).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const others = sorted.slice(maxRows);
  return {
    rows: sorted.slice(0, maxRows),
    others: others.length > 0 ? `and ${others.length} more: ${others.map(({ name }) => name).join(', ')}` : null,
  };
}

const sanitize = (database: AffectedDatabase): AffectedDatabase => ({
  name: plain(database.name),
  plan: plain(database.plan),
  status: plain(database.status),
  apps: database.apps.map(plain),
  trouble: database.trouble === null ? null : plain(database.trouble),
});

export const appsOf = ({ apps }: Pick<AffectedDatabase, 'apps'>): string =>
  apps.length > 0 ? apps.join(', ') : 'no app';
