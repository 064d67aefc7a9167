/** Finding backups of a database, also of one that is gone: by its id then, since its name may be another's. */

import type { Backup } from '#lib/model/backup.ts';
import { decodeCursor, encodeCursor } from '#lib/model/cursor.ts';
import { isId } from '#lib/model/ids.ts';
import { backupsPrefix } from '#lib/model/items/backups.ts';
import type { Key } from '#lib/model/key.ts';
import type { Needs } from '#lib/model/ports.ts';
import { notFound } from '#lib/model/problem.ts';
import { isReadable } from './restore.ts';

/** Null where nobody knows: the key is no longer registered. */
export type Readable = boolean | null;
export type ShownBackup = Backup & { readonly readable: Readable };

export type FindBackupsDeps = Needs<'backupById' | 'listBackups' | 'findDatabase' | 'keyById'>;

interface OfDatabase {
  readonly teamId: string;
  readonly database: string;
}

/** One page, newest first. Throws `not_found` for a database that neither is nor has left a backup. */
export const listBackups =
  (deps: FindBackupsDeps) =>
  async ({ limit, cursor, ...of }: OfDatabase & { readonly limit: number; readonly cursor?: string | undefined }) => {
    const { id, isThere } = await databaseId(deps, of);
    const after = cursor === undefined ? null : decodeCursor(cursor, backupsPrefix(id));
    const page = await deps.listBackups(of.teamId, id, { after, limit });
    if (!isThere && page.items.length === 0) throw notFound('database', of.database);
    return { items: await shown(deps, page.items), cursor: page.cursor && encodeCursor(page.cursor) };
  };

/** Throws `not_found`. */
export const foundBackup =
  (deps: FindBackupsDeps) =>
  async ({ backup: id, ...of }: OfDatabase & { readonly backup: string }): Promise<ShownBackup> => {
    const backup = await deps.backupById(of.teamId, id);
    if (!backup || backup.databaseId !== (await databaseId(deps, of)).id) throw notFound('backup', id);
    const [found] = await shown(deps, [backup]);
    return found ?? { ...backup, readable: null };
  };

async function databaseId(
  { findDatabase }: FindBackupsDeps,
  { teamId, database }: OfDatabase,
): Promise<{ id: string; isThere: boolean }> {
  const found = await findDatabase(teamId, database);
  if (!found && !isId('db', database)) throw notFound('database', database);
  return { id: found?.id ?? database, isThere: found !== null };
}

async function shown({ keyById }: FindBackupsDeps, backups: readonly Backup[]): Promise<ShownBackup[]> {
  const ids = new Set(backups.flatMap(({ keyId }) => keyId ?? []));
  const teamId = backups[0]?.teamId ?? '';
  const keys = new Map(await Promise.all([...ids].map(async (id) => [id, await keyById(teamId, id)] as const)));
  return backups.map((backup) => ({ ...backup, readable: readableUnder(backup, keys) }));
}

function readableUnder({ keyId, status }: Backup, keys: ReadonlyMap<string, Key | null>): Readable {
  if (status !== 'available') return false;
  if (!keyId) return true;
  const key = keys.get(keyId);
  return key ? isReadable(key) : null;
}
