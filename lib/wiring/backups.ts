/** What backups touch in a deployment. */

import { fleet } from '#fleet';
import { removeObject } from '#lib/aws/backups.ts';
import { backupConfig } from '#lib/config.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { backupStore } from '#lib/store/backups.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { platformKey } from './databases.ts';
import { recorder } from './recorder.ts';

export const keeping = () => ({
  settings: () => ({ keepDays: backupConfig().BACKUP_KEEP_DAYS, keepCount: backupConfig().BACKUP_KEEP_COUNT }),
});
export const finding = () => ({ ...backupStore(), ...databaseStore(), ...keyStore() });
export const settling = () => ({ ...backupStore(), ...recorder(), now });
export const taking = () => ({ ...backupStore(), ...databaseStore(), ...platformKey(), fleet, now });
export const restoring = () => ({ ...taking(), ...recorder() });
export const removing = () => ({ ...finding(), ...recorder(), now, remove: removeObject });
export const visiting = () => ({ ...removing(), ...keeping(), newId });
