/** The operations and steps of lockouts, joined with a deployment's table, KMS and fleet. */
import { startServers, startServices, stopServers, stopServices, tryToOpen } from '#fleet';
import { paceConfig } from '#lib/config.ts';
import { driveBatch } from '#lib/lockouts/batch.ts';
import { lockoutDetail } from '#lib/lockouts/detail.ts';
import type { Rates } from '#lib/lockouts/pace.ts';
import { advanceLockout, confirmLockout } from '#lib/lockouts/steps.ts';
import { now } from '#lib/model/clock.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { committer } from './committer.ts';
import { reconcilePorts } from './keys.ts';

export const list = () => lockoutStore().listLockouts;
export const get = () => lockoutDetail({ ...lockoutStore(), ...keyStore(), ...databaseStore() });

const rates = (): Rates => {
  const { EC2_STARTS_PER_SECOND, KMS_GRANTS_PER_SECOND } = paceConfig();
  return { starts: EC2_STARTS_PER_SECOND, grants: KMS_GRANTS_PER_SECOND };
};
const stepPorts = () => ({ ...reconcilePorts(), rates });

export const confirm = () => confirmLockout(stepPorts());
export const advance = () => advanceLockout(stepPorts());

/** `operation` is of the fleet, on all servers of a batch. */
export const batch = (operation: Parameters<typeof driveBatch>[1]) =>
  driveBatch({ ...keyStore(), ...lockoutStore(), ...databaseStore(), ...committer(), fleet, now }, operation);

const fleet = async () => ({ startServers, startServices, stopServers, stopServices, tryToOpen });
