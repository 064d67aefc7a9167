/** PATCH /v1/apps/{app}/config-vars: sets and removes config vars, and writes a release. */
import { changeConfigVars } from '#lib/apps/config-vars.ts';
import { ChangeConfigVars } from '#lib/contracts/apps.ts';
import { unlocking } from '#lib/databases/assembly.ts';
import { credentialsOf } from '#lib/databases/credentials.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { recorder } from '#lib/outbox/record.ts';
import { appStore } from '#lib/store/apps.ts';

export const handler = endpoint(ChangeConfigVars, () =>
  changeConfigVars({ ...appStore(), ...unlocking(), credentialsOf: credentialsOf(unlocking()), ...recorder(), now }),
);
