/** What restarting an app touches in a deployment. */

import { configVarsOf } from '#lib/apps/config-vars.ts';
import { restartApp } from '#lib/apps/restart.ts';
import { credentialsOf } from '#lib/databases/credentials.ts';
import { now } from '#lib/model/clock.ts';
import { appStore } from '#lib/store/apps.ts';
import { appRunner, serviceRestarter } from './app-runner.ts';
import { unlocking } from './databases.ts';
import { recorder } from './recorder.ts';

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
