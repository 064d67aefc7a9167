/** Reads that reject with `not_found`, for a caller who names something of the team's. */
import type { App } from './app.ts';
import type { Backup } from './backup.ts';
import type { Database } from './database.ts';
import type { Drill } from './drill.ts';
import type { Key } from './key.ts';
import type { Lockout } from './lockout.ts';
import type { Needs } from './ports.ts';
import { notFound } from './problem.ts';
import type { Webhook } from './webhook.ts';

type Read<T> = (teamId: string, nameOrId: string) => Promise<T>;

const required =
  <T>(what: string, read: Read<T | null>): Read<T> =>
  async (teamId, nameOrId) => {
    const value = await read(teamId, nameOrId);
    if (!value) throw notFound(what, nameOrId);
    return value;
  };

export const requireApp = ({ findApp }: Needs<'findApp'>): Read<App> => required('app', findApp);
export const requireBackup = ({ backupById }: Needs<'backupById'>): Read<Backup> => required('backup', backupById);
export const requireDatabase = ({ findDatabase }: Needs<'findDatabase'>): Read<Database> =>
  required('database', findDatabase);
export const requireDatabaseById = ({ databaseById }: Needs<'databaseById'>): Read<Database> =>
  required('database', databaseById);
export const requireKey = ({ keyById }: Needs<'keyById'>): Read<Key> => required('key', keyById);
export const requireLockout = ({ lockoutById }: Needs<'lockoutById'>): Read<Lockout> =>
  required('lockout', lockoutById);
export const requireWebhook = ({ webhookById }: Needs<'webhookById'>): Read<Webhook> =>
  required('webhook', webhookById);
export const requireDrill = ({ drillById }: Needs<'drillById'>): Read<Drill> => required('drill', drillById);
