/** Loads the driver that is asked for, and no other. A deployed bundle has EC2's alone: `scripts/deploy/left-out.ts`. */
import type { Fleet } from '#lib/model/fleet.ts';

export async function driverOf(name: 'ec2' | 'process'): Promise<Fleet> {
  if (name === 'process') return (await import('#process-fleet/src/fleet-of-deployment.ts')).fleetOfDeployment();
  return (await import('./ec2-fleet.ts')).fleetOfDeployment();
}
