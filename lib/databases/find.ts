/** Finding a database of the team by name or id. */
import { notFound } from '#lib/problem.ts';
import type { Database } from './database.ts';

/** Throws `not_found`. */
export const foundDatabase =
  ({ findDatabase }: { readonly findDatabase: (teamId: string, nameOrId: string) => Promise<Database | null> }) =>
  async (teamId: string, nameOrId: string): Promise<Database> => {
    const database = await findDatabase(teamId, nameOrId);
    if (!database) throw notFound('database', nameOrId);
    return database;
  };
