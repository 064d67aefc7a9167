/** What observing and registering keys touch in a deployment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keyProbe } from '#lib/aws/kms-probe.ts';
import { keyConfig, lockoutConfig } from '#lib/config.ts';
import { type ObserveDeps, observeKey } from '#lib/keys/observe.ts';
import { registerKey } from '#lib/keys/register.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { backupStore } from '#lib/store/backups.ts';
import { echoStore } from '#lib/store/echoes.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { recorder } from './recorder.ts';

/** In seconds. */
export const pause = (seconds: number): Promise<void> => sleep(seconds * 1000);

export const checking = () => ({
  ...keyStore(),
  ...lockoutStore(),
  ...keyProbe(),
  ...recorder(),
  now,
  pause,
  settings: () => ({
    platformAccountId: keyConfig().PLATFORM_ACCOUNT_ID,
    confirmationSeconds: keyConfig().CONFIRMATION_SECONDS,
    waitingPeriodSeconds: lockoutConfig().WAITING_PERIOD_SECONDS,
  }),
});

const observing = (): ObserveDeps => ({ ...checking(), ...echoStore(), newId });

export const observer = () => ({ observe: observeKey(observing()) });

export const registrar = () => ({
  registerKey: registerKey({
    ...keyStore(),
    ...lockoutStore(),
    ...backupStore(),
    ...keyProbe(),
    ...recorder(),
    newId,
    now,
    settings: () => ({
      region: keyConfig().AWS_REGION,
      platformAccountId: keyConfig().PLATFORM_ACCOUNT_ID,
      requireOwnershipProof: keyConfig().REQUIRE_OWNERSHIP_PROOF,
    }),
  }),
});
