/** The operations and steps of backups, joined with a deployment's table, bucket and fleet. */
import * as servers from '#fleet';
import { removeObject } from '#lib/aws/backups.ts';
import { workflows } from '#lib/aws/workflows.ts';
import { requestBackup } from '#lib/backups/begin.ts';
import { findShownBackup, listBackups } from '#lib/backups/list.ts';
import { removeBackupByHand } from '#lib/backups/remove.ts';
import { restoreBackup } from '#lib/backups/restore.ts';
import { discardBackup, markBackupFailed, recordBackup, takeBackup } from '#lib/backups/take.ts';
import { beginVisits, visitBatch } from '#lib/backups/visit.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { backupStore } from '#lib/store/backups.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { retentionSettings } from './backup-settings.ts';
import { committer } from './committer.ts';
import { platformKey } from './settings.ts';

const readPorts = () => ({ ...backupStore(), ...databaseStore(), ...keyStore() });
const recordPorts = () => ({ ...backupStore(), ...committer(), now });
const takePorts = () => ({ ...backupStore(), ...databaseStore(), ...platformKey(), now });
const removePorts = () => ({ ...readPorts(), ...committer(), now, remove: removeObject });

export const list = () => listBackups(readPorts());
export const get = () => findShownBackup(readPorts());
export const request = () => requestBackup({ ...readPorts(), ...retentionSettings(), ...committer(), newId, now });
export const remove = () => removeBackupByHand(removePorts());

export const take = () => takeBackup({ ...takePorts(), fleet: async () => ({ backup: servers.backup }) });
export const record = () => recordBackup(recordPorts());
export const markFailed = () => markBackupFailed(recordPorts());
export const discard = () => discardBackup({ ...recordPorts(), remove: removeObject });
export const restore = () =>
  restoreBackup({ ...takePorts(), ...committer(), fleet: async () => ({ restore: servers.restore }) });

export const beginDailyVisits = () => beginVisits(workflows());
export const visit = () => visitBatch({ ...removePorts(), ...retentionSettings(), newId });
