/** The fleet of a deployment: EC2. The import `#fleet` (package.json) leads here in a deployed bundle. */
import { setTimeout as sleep } from 'node:timers/promises';
import { transfers } from '#lib/aws/backup-transfers.ts';
import { machines } from '#lib/aws/ec2.ts';
import { commands } from '#lib/aws/ssm.ts';
import { ec2FleetConfig } from '#lib/config.ts';
import { checkKey, volumeFix } from '#lib/fleet/ec2/check-key.ts';
import { createEc2Fleet } from '#lib/fleet/ec2/operations.ts';
import { now } from '#lib/model/clock.ts';
import type { Fleet } from '#lib/model/fleet.ts';
import { placementStore } from '#lib/store/placements.ts';

let created: Fleet | undefined;

export const fleet = async (): Promise<Fleet> => {
  created ??= create();
  return created;
};

/** EC2 makes the grants that its volumes need. */
export const serviceGrants = (): boolean => true;

function create(): Fleet {
  const { EC2_INSTANCE_PROFILE, EC2_IMAGE, EC2_OS_RELEASE } = ec2FleetConfig();
  return createEc2Fleet({
    machines: machines(),
    commands: commands(),
    transfers: transfers(),
    checkKey,
    volumeFix,
    settings: {
      instanceProfile: EC2_INSTANCE_PROFILE,
      image: EC2_IMAGE,
      osRelease: EC2_OS_RELEASE || null,
    },
    places: placementStore(),
    now,
    sleep: async (milliseconds) => void (await sleep(milliseconds)),
  });
}
