/** How many databases get a row of their own. Behind them names follow in one run, so that a mail about 10,000 stays below SES's 10 MB. */
import type { AffectedDatabase } from '#lib/model/notice.ts';
import { plain } from './plain.ts';

const rows = 100;

export interface Named {
  readonly rows: readonly AffectedDatabase[];
  /** The names of the others, without losing one; null when there are none. */
  readonly others: string | null;
}

/** In the order of their names; every database is named. */
export function named(databases: readonly AffectedDatabase[]): Named {
  const sorted = databases.map(cleaned).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const others = sorted.slice(rows);
  return {
    rows: sorted.slice(0, rows),
    others: others.length > 0 ? `and ${others.length} more: ${others.map(({ name }) => name).join(', ')}` : null,
  };
}

const cleaned = (database: AffectedDatabase): AffectedDatabase => ({
  name: plain(database.name),
  plan: plain(database.plan),
  status: plain(database.status),
  apps: database.apps.map(plain),
  trouble: database.trouble === null ? null : plain(database.trouble),
});

export const appsOf = ({ apps }: AffectedDatabase): string => (apps.length > 0 ? apps.join(', ') : 'no app');
