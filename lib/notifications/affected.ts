/** Groups the databases that a lockout affects by the admins of the apps that use them. */

import type { App } from '#lib/model/app.ts';
import { chunks } from '#lib/model/chunks.ts';
import type { Database } from '#lib/model/database.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { AffectedDatabase } from '#lib/model/notice.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';

export type AffectedDeps = Needs<'databasesOnKey' | 'appsById'>;

export interface Affected {
  /** The databases of each admin's apps. */
  readonly by: ReadonlyMap<string, readonly AffectedDatabase[]>;
  readonly all: readonly AffectedDatabase[];
}

/** `includesFailed` includes failed databases, and the reason of each failure. */
export async function affectedByAdmin(
  deps: AffectedDeps,
  lockout: Pick<Lockout, 'teamId' | 'keyArn'>,
  includesFailed: boolean,
): Promise<Affected> {
  const all = await allOf((after) => deps.databasesOnKey(lockout, { after, limit: 200 }));
  const databases = all.filter(({ status }) => isAffected(status, includesFailed));
  const appIds = [...new Set(databases.flatMap(appsOf))];
  const apps = new Map(
    (await inChunks(appIds, (ids) => deps.appsById(lockout.teamId, ids))).map((app) => [app.id, app]),
  );
  const by = new Map<string, AffectedDatabase[]>();
  const everything: AffectedDatabase[] = [];
  for (const database of databases) {
    const its = appsOf(database).flatMap((id) => apps.get(id) ?? []);
    const affected = affectedDatabase(database, its, includesFailed);
    everything.push(affected);
    for (const admin of new Set(its.flatMap(({ admins }) => admins)))
      by.set(admin, [...(by.get(admin) ?? []), affected]);
  }
  return { by, all: everything };
}

const affectedDatabase = (
  { name, plan, status, failure }: Database,
  apps: readonly App[],
  withTrouble: boolean,
): AffectedDatabase => ({
  ...{ name, plan, status },
  apps: apps.map((app) => app.name),
  trouble: withTrouble ? (failure?.detail ?? null) : null,
});

/** A database that is being created or destroyed is not affected; a failed database is reported as trouble only. */
const isAffected = (status: Database['status'], withTrouble: boolean): boolean =>
  status !== 'destroying' && status !== 'creating' && (status !== 'failed' || withTrouble);

/**
 * The apps that the database is attached to; without attachments, the app that it was created for. A drill's fork has
 * none.
 */
const appsOf = ({ attachments, appId, drillId }: Database): string[] => {
  if (drillId) return [];
  return attachments.length > 0 ? attachments.map((attachment) => attachment.appId) : [appId];
};

const inChunks = async <T>(ids: readonly string[], read: (ids: readonly string[]) => Promise<T[]>): Promise<T[]> =>
  (await Promise.all(chunks(ids, 100).map(read))).flat();
