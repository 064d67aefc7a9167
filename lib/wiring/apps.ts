/** The operations of spaces and apps, joined with a deployment's table, KMS and what restarts apps. */
import { appRunner } from '#app-runner';
import { changeApp } from '#lib/apps/change.ts';
import { changeConfigVars, configVarsOf, readConfigVars } from '#lib/apps/config-vars.ts';
import { createApp, createSpace, destroyApp } from '#lib/apps/create.ts';
import { restartApp } from '#lib/apps/restart.ts';
import { restartOnEcs } from '#lib/apps/restart-ecs.ts';
import { ecsServices } from '#lib/aws/ecs.ts';
import { keyVault } from '#lib/aws/kms.ts';
import { restartConfig } from '#lib/config.ts';
import { credentialsOf } from '#lib/databases/credentials.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { requireApp } from '#lib/model/require.ts';
import { unconfirmedAmong } from '#lib/notifications/unconfirmed.ts';
import { appStore } from '#lib/store/apps.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { placementStore } from '#lib/store/placements.ts';
import { recipientReader } from '#lib/store/recipients.ts';
import { committer } from './committer.ts';
import { platformKey } from './settings.ts';

/** Opens the secrets of apps and databases. */
export const secretPorts = () => {
  const ports = { ...databaseStore(), ...keyVault(), ...platformKey() };
  return { ...ports, credentialsOf: credentialsOf(ports) };
};

/** Null unless ECS runs the apps. */
const restartService = () =>
  restartConfig().RESTART_DRIVER === 'ecs' ? restartOnEcs({ ...ecsServices(), ...placementStore() }) : null;

export const restartPorts = () => ({
  ...appStore(),
  ...committer(),
  configVarsOf: configVarsOf(secretPorts()),
  runner: appRunner,
  restartService: restartService(),
  now,
});

export const listSpaces = () => appStore().listSpaces;
export const addSpace = () => createSpace({ ...committer(), newId, now });

export const list = () => appStore().listApps;
export const get = () => requireApp(appStore());
export const create = () => createApp({ ...appStore(), ...committer(), newId, now });
export const change = () => changeApp({ ...appStore(), ...committer(), runner: appRunner, now });
export const destroy = () => destroyApp({ ...appStore(), ...databaseStore(), ...committer(), now });
export const unconfirmed = () => unconfirmedAmong(recipientReader());
export const listReleases = () => appStore().listReleases;

export const readVars = () => readConfigVars({ ...appStore(), ...secretPorts() });
export const changeVars = () => changeConfigVars({ ...appStore(), ...secretPorts(), ...committer(), now });

export const restart = () => restartApp(restartPorts());
