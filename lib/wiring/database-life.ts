/** What making a database and taking it away touch in a deployment. */
import { keyVault } from '#lib/aws/kms.ts';
import { lastBackup } from '#lib/backups/last.ts';
import { restorable } from '#lib/backups/restore.ts';
import { findLeader } from '#lib/databases/fork.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { appStore } from '#lib/store/apps.ts';
import { backupStore } from '#lib/store/backups.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { keeping } from './backups.ts';
import { platformKey } from './databases.ts';
import { registrar } from './keys.ts';
import { recorder } from './recorder.ts';

const stores = () => ({ ...appStore(), ...databaseStore(), ...keyStore(), ...recorder(), newId, now });

export const creating = () => ({
  ...stores(),
  ...registrar(),
  ...keyVault(),
  ...platformKey(),
  findLeader: findLeader(stores()),
  restorable: restorable({ ...backupStore(), ...keyStore() }),
});

export const destroying = () => ({
  ...stores(),
  lastBackupOf: lastBackup({ ...keyStore(), ...keeping(), newId, now }),
});
