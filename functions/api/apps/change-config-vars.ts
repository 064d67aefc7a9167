/** PATCH /v1/apps/{app}/config-vars: sets and removes config vars, and writes a release. */
import { changeConfigVars } from '#lib/apps/config-vars.ts';
import { ChangeConfigVars } from '#lib/contracts/apps.ts';
import { credentialsOf } from '#lib/databases/credentials.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { appStore } from '#lib/store/apps.ts';
import { unlocking } from '#lib/wiring/databases.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = endpoint(ChangeConfigVars, () =>
  changeConfigVars({ ...appStore(), ...unlocking(), credentialsOf: credentialsOf(unlocking()), ...recorder(), now }),
);
