/** Renames a database. Its id, address and attachments stay, so neither its key nor its server is needed. */

import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database } from '#lib/model/database.ts';
import { databaseRenamed } from '#lib/model/items/databases.ts';
import type { Needs } from '#lib/model/ports.ts';
import { wrongState } from '#lib/model/problem.ts';
import type { DatabaseRequest } from '#lib/model/request.ts';
import { requireDatabase } from '#lib/model/require.ts';
import { subjectOf } from './create.ts';

/** Throws `not_found`, `name_taken`, `wrong_state` while it is being destroyed. */
export const renameDatabase =
  (deps: Needs<'findDatabase' | 'commit' | 'now'>) =>
  ({ teamId, actor, database: nameOrId, name }: DatabaseRequest & { name: string }): Promise<Database> =>
    retryOnConflict(async () => {
      const database = await requireDatabase(deps)(teamId, nameOrId);
      if (database.name === name) return database;
      if (database.status === 'destroying')
        throw wrongState('destroying', `Database ${database.name} is being destroyed.`);
      await deps.commit({
        teamId,
        at: deps.now(),
        changes: databaseRenamed(database, name),
        entries: [
          { type: 'DatabaseRenamed', actor, subject: subjectOf(database), data: { from: database.name, to: name } },
        ],
      });
      return { ...database, name };
    });
