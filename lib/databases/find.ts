/** Finding a database of the team by name or id. */

import type { Database } from '#lib/model/database.ts';
import { notFound } from '#lib/model/problem.ts';

/** Throws `not_found`. */
export const foundDatabase =
  ({ findDatabase }: { readonly findDatabase: (teamId: string, nameOrId: string) => Promise<Database | null> }) =>
  async (teamId: string, nameOrId: string): Promise<Database> => {
    const database = await findDatabase(teamId, nameOrId);
    if (!database) throw notFound('database', nameOrId);
    return database;
  };
