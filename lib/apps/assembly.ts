/** What restarting an app touches in a deployment. */

import { unlocking } from '#lib/databases/assembly.ts';
import { credentialsOf } from '#lib/databases/credentials.ts';
import { now } from '#lib/model/clock.ts';
import { recorder } from '#lib/outbox/record.ts';
import { appStore } from '#lib/store/apps.ts';
import { configVarsOf } from './config-vars.ts';
import { restartApp } from './restart.ts';
import { appRunner, serviceRestarter } from './restart-driver.ts';

export const restarting = () => {
  const unlock = unlocking();
  const readable = { ...unlock, credentialsOf: credentialsOf(unlock) };
  return {
    ...appStore(),
    ...recorder(),
    configVarsOf: configVarsOf(readable),
    runner: appRunner,
    restartService: serviceRestarter(),
    now,
  };
};

export const restarter = () => ({ restartApp: restartApp(restarting()) });
