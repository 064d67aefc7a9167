/** Lists what depends on a key, and the effects of disabling it now. Read-only. */

import { configVarOf } from '#lib/model/app.ts';
import type { Backup } from '#lib/model/backup.ts';
import { chunks } from '#lib/model/chunks.ts';
import { plusSeconds } from '#lib/model/clock.ts';
import type { Database } from '#lib/model/database.ts';
import type { Key } from '#lib/model/key.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { requireKey } from '#lib/model/require.ts';
import { type AppRecipient, recipientsOfApps } from '#lib/notifications/recipients.ts';
import { restartEstimate, stopEstimate } from './impact-estimate.ts';
import { safeToDelete } from './impact-verdict.ts';

export type ImpactDeps = Needs<
  | 'keyById'
  | 'databasesOnKey'
  | 'databasesById'
  | 'watchedDatabases'
  | 'backupsOnKey'
  | 'appsById'
  | 'listLockouts'
  | 'now'
> & {
  readonly unconfirmedAmong: (teamId: string, emails: readonly string[]) => Promise<string[]>;
  readonly settings: () => { readonly waitingPeriodSeconds: number };
  readonly minutesWithEvents: () => number;
};

/** Enough lockouts for an estimate. */
const lockoutsRead = 100;

export type Impact = Awaited<ReturnType<ReturnType<typeof impactOf>>>;

/** Throws `not_found`. */
export const impactOf =
  (deps: ImpactDeps) =>
  async ({ teamId, key: id }: { readonly teamId: string; readonly key: string }) => {
    const key = await requireKey(deps)(teamId, id);
    const use = { teamId, keyArn: key.arn };
    const [all, backups, past] = await Promise.all([
      allOf((after) => deps.databasesOnKey(use, { after, limit: 200 })),
      allOf<Backup>((after) => deps.backupsOnKey(use, { after, limit: 200 })),
      deps.listLockouts(teamId, { limit: lockoutsRead }),
    ]);
    const databases = all.filter(({ drillId }) => !drillId);
    const followers = await followersOf(deps, key, databases);
    const kept = backups.filter(({ status }) => status === 'available' || status === 'pending');
    const { apps, recipients } = await appsOf(deps, teamId, databases);
    const measured = { keyId: id, lockouts: past.items };
    return {
      key,
      databases,
      followers,
      backups: kept,
      apps,
      recipients,
      unconfirmed: recipients.filter(({ isConfirmed }) => !isConfirmed).map(({ email }) => email),
      ifDisabledNow: timesOf(deps, key, stopEstimate(measured)),
      restart: restartEstimate(measured),
      safeToDelete: safeToDelete({ key, databases, followers, backups: kept }),
    };
  };

/** Databases under other keys that follow a database under this key: they keep running, but get no more writes. */
async function followersOf(
  deps: ImpactDeps,
  { teamId, arn }: Key,
  databases: readonly Database[],
): Promise<Database[]> {
  const leaders = new Set(databases.map(({ id }) => id));
  const watched = (await allOf(deps.watchedDatabases))
    .filter((each) => each.teamId === teamId)
    .map(({ databaseId }) => databaseId);
  const candidates = await inChunks(watched, (ids) => deps.databasesById(teamId, ids));
  return candidates.filter(({ fork, keyArn }) => keyArn !== arn && fork && leaders.has(fork.leaderId));
}

export interface AffectedApp {
  readonly id: string;
  readonly name: string;
  /** They are null while the key is unusable, and their databases do not respond. */
  readonly configVars: readonly { readonly name: string; readonly database: string }[];
}

async function appsOf(
  deps: ImpactDeps,
  teamId: string,
  databases: readonly Database[],
): Promise<{ apps: AffectedApp[]; recipients: AppRecipient[] }> {
  const uses = databases.flatMap(({ name: database, attachments }) =>
    attachments.map(({ appId, name }) => ({ appId, name: configVarOf(name), database })),
  );
  const apps = await inChunks([...new Set(uses.map(({ appId }) => appId))], (ids) => deps.appsById(teamId, ids));
  const affected = apps.map(({ id, name }) => ({
    id,
    name,
    configVars: uses
      .filter(({ appId }) => appId === id)
      .map(({ name: configVar, database }) => ({ name: configVar, database })),
  }));
  return { apps: affected, recipients: await recipientsOfApps(deps.unconfirmedAmong)(teamId, apps) };
}

/** If the event is lost, the sweep detects the change (`check-schedule.ts`). */
function timesOf({ settings, minutesWithEvents, now }: ImpactDeps, key: Key, stop: ReturnType<typeof stopEstimate>) {
  const at = now();
  const noticedBy = plusSeconds(at, 60 * (key.eventsProvenSince ? minutesWithEvents() : 1));
  const actsAt = plusSeconds(noticedBy, settings().waitingPeriodSeconds);
  return {
    noticedBy: noticedBy.toISOString(),
    waitingPeriodSeconds: settings().waitingPeriodSeconds,
    actsAt: actsAt.toISOString(),
    stoppedBy: stop.seconds === null ? null : plusSeconds(actsAt, stop.seconds).toISOString(),
    stop,
  };
}

const inChunks = async <T>(ids: readonly string[], read: (ids: readonly string[]) => Promise<T[]>): Promise<T[]> =>
  (await Promise.all(chunks(ids, 100).map(read))).flat();
