/** The grants that the platform holds on a key: one per database, by which the data plane may use the key for that database only. */

import { decodeCursor, encodeCursor } from '#lib/contracts/cursor.ts';
import type { Database } from '#lib/databases/database.ts';
import { keyOf } from '#lib/keys/find.ts';
import type { Key } from '#lib/keys/key.ts';
import type { KeyUse } from '#lib/store/keys.ts';
import type { Page } from '#lib/store/table.ts';
import { grantOperations } from './grant.ts';

export interface ListGrantsDeps {
  readonly keyById: (teamId: string, id: string) => Promise<Key | null>;
  readonly databasesOnKey: (use: KeyUse, query: { after: string | null; limit: number }) => Promise<Page<Database>>;
}

interface GrantPage {
  readonly teamId: string;
  readonly key: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Throws `not_found`. */
export const listGrants =
  (deps: ListGrantsDeps) =>
  async ({ teamId, key: id, limit, cursor }: GrantPage) => {
    const { arn: keyArn } = await keyOf(deps)(teamId, id);
    const after = cursor === undefined ? null : decodeCursor(cursor, 'db_');
    const page = await deps.databasesOnKey({ teamId, keyArn }, { after, limit });
    const items = page.items.flatMap(({ grantId, name }) =>
      grantId ? [{ id: grantId, database: name, operations: [...grantOperations] }] : [],
    );
    return { items, cursor: page.cursor && encodeCursor(page.cursor) };
  };
