/** The fleet that the deployment chose. */
import { fleetConfig } from '#lib/config.ts';
import type { Fleet } from '#lib/model/fleet.ts';
import { driverOf } from './fleet-driver.ts';

let chosen: Promise<Fleet> | undefined;

export const fleet = (): Promise<Fleet> => {
  chosen ??= driverOf(fleetConfig().FLEET_DRIVER);
  return chosen;
};

/** Whether the fleet's AWS service makes the grants that volumes are used by, as EC2 does. */
export const serviceGrants = (): boolean => fleetConfig().FLEET_DRIVER === 'ec2';
