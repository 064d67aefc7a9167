/**
 * Finds the backups of a database, including destroyed ones, which are found by id because their names are released.
 */

import type { Backup } from '#lib/model/backup.ts';
import { decodeCursor, encodeCursor } from '#lib/model/cursor.ts';
import { isId } from '#lib/model/ids.ts';
import { backupsPrefix } from '#lib/model/items/backups.ts';
import type { Key } from '#lib/model/key.ts';
import type { Needs } from '#lib/model/ports.ts';
import { notFound } from '#lib/model/problem.ts';
import { isReadable } from './restore.ts';

/** Null if unknown, because the key is no longer registered. */
export type Readable = boolean | null;
export type ShownBackup = Backup & { readonly readable: Readable };

export type FindBackupsDeps = Needs<'backupById' | 'listBackups' | 'findDatabase' | 'keyById'>;

interface DatabaseQuery {
  readonly teamId: string;
  readonly database: string;
}

/** One page, newest first. Throws `not_found` for a database that does not exist and has no backups. */
export const listBackups =
  (deps: FindBackupsDeps) =>
  async ({
    limit,
    cursor,
    ...query
  }: DatabaseQuery & { readonly limit: number; readonly cursor?: string | undefined }) => {
    const { id, exists } = await databaseId(deps, query);
    const after = cursor === undefined ? null : decodeCursor(cursor, backupsPrefix(id));
    const page = await deps.listBackups(query.teamId, id, { after, limit });
    if (!exists && page.items.length === 0) throw notFound('database', query.database);
    return { items: await withReadability(deps, page.items), cursor: page.cursor && encodeCursor(page.cursor) };
  };

/** Throws `not_found`. */
export const findShownBackup =
  (deps: FindBackupsDeps) =>
  async ({ backup: id, ...query }: DatabaseQuery & { readonly backup: string }): Promise<ShownBackup> => {
    const backup = await deps.backupById(query.teamId, id);
    if (!backup || backup.databaseId !== (await databaseId(deps, query)).id) throw notFound('backup', id);
    const [found] = await withReadability(deps, [backup]);
    return found ?? { ...backup, readable: null };
  };

async function databaseId(
  { findDatabase }: FindBackupsDeps,
  { teamId, database }: DatabaseQuery,
): Promise<{ id: string; exists: boolean }> {
  const found = await findDatabase(teamId, database);
  if (!found && !isId('db', database)) throw notFound('database', database);
  return { id: found?.id ?? database, exists: found !== null };
}

async function withReadability({ keyById }: FindBackupsDeps, backups: readonly Backup[]): Promise<ShownBackup[]> {
  const ids = new Set(backups.flatMap(({ keyId }) => keyId ?? []));
  const teamId = backups[0]?.teamId ?? '';
  const keys = new Map(await Promise.all([...ids].map(async (id) => [id, await keyById(teamId, id)] as const)));
  return backups.map((backup) => ({ ...backup, readable: isReadableUnder(backup, keys) }));
}

function isReadableUnder({ keyId, status }: Backup, keys: ReadonlyMap<string, Key | null>): Readable {
  if (status !== 'available') return false;
  if (!keyId) return true;
  const key = keys.get(keyId);
  return key ? isReadable(key) : null;
}
