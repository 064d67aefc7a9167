/** The work behind the routes of the Heroku CLI, joined with a deployment's table, KMS and fleet. */
import { changeConfigVars, readConfigVars } from '#lib/apps/config-vars.ts';
import { createApp, destroyApp } from '#lib/apps/create.ts';
import { restartNow } from '#lib/apps/restart-now.ts';
import { regionConfig } from '#lib/config.ts';
import { herokuAbout } from '#lib/heroku/about.ts';
import { herokuAddonChanges, herokuAddonCreation, herokuAddonReads } from '#lib/heroku/addons.ts';
import { herokuAppChanges, herokuAppReads } from '#lib/heroku/apps.ts';
import { herokuAttachmentChanges, herokuAttachmentReads } from '#lib/heroku/attachments.ts';
import { herokuConfigVars } from '#lib/heroku/config-vars.ts';
import { herokuDatabaseActions } from '#lib/heroku/database-actions.ts';
import { herokuDatabases } from '#lib/heroku/databases.ts';
import { herokuDynoChanges, herokuDynoReads } from '#lib/heroku/dynos.ts';
import {
  herokuMaintenanceChanges,
  herokuMaintenanceMessage,
  herokuMaintenanceReads,
} from '#lib/heroku/maintenances.ts';
import { herokuReleaseConfigVars, herokuReleases } from '#lib/heroku/releases.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { appStore } from '#lib/store/apps.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { teamStore } from '#lib/store/teams.ts';
import { secretPorts } from './apps.ts';
import { committer } from './committer.ts';
import * as databaseOperations from './databases.ts';

const readPorts = () => ({
  ...appStore(),
  ...databaseStore(),
  ...keyStore(),
  ...lockoutStore(),
  ...teamStore(),
  region: () => regionConfig().AWS_REGION,
  /** The holder or name of a token; the id for the platform itself and for a revoked token. */
  authorOf: async (teamId: string, id: string): Promise<string> => {
    const token = id.startsWith('tok_') ? await teamStore().tokenById(teamId, id) : null;
    return token?.email ?? token?.name ?? id;
  },
  now,
});
const changePorts = () => ({ ...readPorts(), ...committer() });

export const about = () => herokuAbout(readPorts());

export const appReads = () => herokuAppReads(readPorts());
export const appChanges = () => {
  const ports = { ...changePorts(), newId };
  return herokuAppChanges({ ...ports, createApp: createApp(ports), destroyApp: destroyApp(ports) });
};

export const dynoReads = () => herokuDynoReads(readPorts());
export const dynoChanges = () => herokuDynoChanges({ ...readPorts(), restartNow: restartNow(changePorts()) });

export const configVars = () => {
  const ports = { ...changePorts(), ...secretPorts() };
  return herokuConfigVars({
    ...ports,
    readConfigVars: readConfigVars(ports),
    changeConfigVars: changeConfigVars(ports),
  });
};

export const releases = () => herokuReleases(readPorts());
export const releaseConfigVars = (read: Parameters<typeof herokuReleaseConfigVars>[1]) =>
  herokuReleaseConfigVars(readPorts(), read);

export const addonReads = () => herokuAddonReads(readPorts());
export const addonCreation = () =>
  herokuAddonCreation({
    ...readPorts(),
    createDatabase: databaseOperations.create(),
    destroyDatabase: databaseOperations.destroy(),
  });
export const addonChanges = () =>
  herokuAddonChanges({
    ...readPorts(),
    changePlan: databaseOperations.movePlan(),
    renameDatabase: databaseOperations.rename(),
  });

export const attachmentReads = () => herokuAttachmentReads(readPorts());
export const attachmentChanges = () =>
  herokuAttachmentChanges({
    ...readPorts(),
    attachDatabase: databaseOperations.attach(),
    detachDatabase: databaseOperations.detach(),
    promoteDatabase: databaseOperations.promote(),
  });

export const maintenanceReads = () => herokuMaintenanceReads(readPorts());
export const maintenanceMessage = () => herokuMaintenanceMessage(readPorts());
export const maintenanceChanges = () =>
  herokuMaintenanceChanges({
    ...readPorts(),
    setMaintenanceWindow: databaseOperations.setWindow(),
    scheduleMaintenance: databaseOperations.scheduleWork(),
    runMaintenance: databaseOperations.runWork(),
  });

export const databases = () =>
  herokuDatabases({
    ...readPorts(),
    credentialsOf: databaseOperations.credentials(),
    forkNow: databaseOperations.withForkNow(),
    measureNow: databaseOperations.measure(),
  });

export const databaseActions = () =>
  herokuDatabaseActions({
    ...readPorts(),
    configureDatabase: databaseOperations.configure(),
    resetStatistics: databaseOperations.resetStats(),
    rotateCredentials: databaseOperations.rotate(),
  });
