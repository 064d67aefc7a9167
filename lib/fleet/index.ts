/** The fleet that the deployment chose. A driver is loaded only where it is used: the process fleet never reaches a deployed bundle. */
import { fleetConfig } from '#lib/config.ts';
import type { Fleet } from './port.ts';

let chosen: Promise<Fleet> | undefined;

export const fleet = (): Promise<Fleet> => {
  chosen ??= load();
  return chosen;
};

async function load(): Promise<Fleet> {
  const { FLEET_DRIVER } = fleetConfig();
  if (FLEET_DRIVER === 'process') return (await import('./process/fleet-of-deployment.ts')).fleetOfDeployment();
  return (await import('./ec2/fleet-of-deployment.ts')).fleetOfDeployment();
}

/** Whether the fleet's AWS service makes the grants that volumes are used by, as EC2 does. */
export const serviceGrants = (): boolean => fleetConfig().FLEET_DRIVER === 'ec2';
