/** The operations of databases that a client asks for, joined with a deployment's table, KMS and fleet. */
import * as servers from '#fleet';
import { keyVault } from '#lib/aws/kms.ts';
import { workflows } from '#lib/aws/workflows.ts';
import { lastBackup } from '#lib/backups/last.ts';
import { restorable } from '#lib/backups/restore.ts';
import { issueCertificate, readAuthority } from '#lib/certificates/authority.ts';
import { attachDatabase, detachDatabase } from '#lib/databases/attach.ts';
import { changePlan } from '#lib/databases/change-plan.ts';
import { createDatabase } from '#lib/databases/create.ts';
import { credentialsOf, readCredentials } from '#lib/databases/credentials.ts';
import { findLeader } from '#lib/databases/fork.ts';
import { forkNow } from '#lib/databases/fork-now.ts';
import { watchForks } from '#lib/databases/fork-watch.ts';
import { runMaintenance, scheduleMaintenance, setMaintenanceWindow } from '#lib/databases/maintenance.ts';
import { beginDueMaintenances, maintain } from '#lib/databases/maintenance-work.ts';
import { measureNow } from '#lib/databases/measure.ts';
import { promoteDatabase } from '#lib/databases/promote.ts';
import { destroyDatabase } from '#lib/databases/remove.ts';
import { renameDatabase } from '#lib/databases/rename.ts';
import { resetStatistics } from '#lib/databases/reset-statistics.ts';
import { applyRotation, rotateCredentials } from '#lib/databases/rotate.ts';
import { configureDatabase } from '#lib/databases/settings.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { requireDatabase } from '#lib/model/require.ts';
import { appStore } from '#lib/store/apps.ts';
import { backupStore } from '#lib/store/backups.ts';
import { certificateStore } from '#lib/store/certificates.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { maintenanceStore } from '#lib/store/maintenances.ts';
import { watchedStore } from '#lib/store/watched.ts';
import { retentionSettings } from './backup-settings.ts';
import { committer } from './committer.ts';
import { register } from './keys.ts';
import { platformKey } from './settings.ts';

/** The table's part: databases with their apps and keys, and the recording of a change. */
const tablePorts = () => ({ ...appStore(), ...databaseStore(), ...keyStore(), ...committer(), now });
/** With operations of the fleet: for a change that reaches a running server. */
export const serverPorts = <F>(operations: F) => ({ ...tablePorts(), fleet: async () => operations });
const secretPorts = () => ({ ...databaseStore(), ...keyVault(), ...platformKey() });

export const list = () => databaseStore().listDatabases;
export const get = () => requireDatabase(databaseStore());
/** Completes a follower by its lag now. */
export const withForkNow = () => forkNow({ ...databaseStore(), fleet: async () => ({ caughtUp: servers.caughtUp }) });
export const measure = () => measureNow({ fleet: async () => ({ measure: servers.measure }) });

export const create = () => {
  const ports = { ...tablePorts(), newId };
  return createDatabase({
    ...ports,
    ...keyVault(),
    ...platformKey(),
    registerKey: register(),
    findLeader: findLeader(ports),
    restorable: restorable({ ...backupStore(), ...keyStore() }),
  });
};

export const destroy = () => {
  const ports = { ...tablePorts(), newId };
  return destroyDatabase({ ...ports, lastBackupOf: lastBackup({ ...ports, ...retentionSettings() }) });
};

export const rename = () => renameDatabase(tablePorts());
export const movePlan = () => changePlan(serverPorts({ configure: servers.configure, measure: servers.measure }));
export const configure = () => configureDatabase(serverPorts({ configure: servers.configure }));
export const resetStats = () => resetStatistics(serverPorts({ resetStatistics: servers.resetStatistics }));
export const promote = () => promoteDatabase(serverPorts({ caughtUp: servers.caughtUp }));
export const attach = () => attachDatabase(tablePorts());
export const detach = () => detachDatabase(tablePorts());

export const credentials = () => credentialsOf(secretPorts());
export const showCredentials = () => readCredentials(secretPorts());
export const rotate = () =>
  rotateCredentials({ ...serverPorts({ setPassword: servers.setPassword }), ...keyVault(), ...platformKey() });
export const finishRotation = () => applyRotation(serverPorts({ setPassword: servers.setPassword }));

export const setWindow = () => setMaintenanceWindow(tablePorts());
export const scheduleWork = () => scheduleMaintenance(tablePorts());
export const runWork = () => runMaintenance(tablePorts());
export const maintainServer = () => maintain(serverPorts({ restartServices: servers.restartServices }));
export const beginMaintenances = () => beginDueMaintenances({ ...tablePorts(), ...maintenanceStore() });

export const watchFollowers = () =>
  watchForks({ ...watchedStore(), ...serverPorts({ caughtUp: servers.caughtUp }), ...workflows() });

const authorityPorts = () => ({ ...certificateStore(), ...keyVault(), ...platformKey(), now });
export const issueServerCertificate = () => issueCertificate(authorityPorts());
export const certificateAuthority = () =>
  readAuthority({ ...authorityPorts(), fleetAuthority: servers.certificateAuthority });
