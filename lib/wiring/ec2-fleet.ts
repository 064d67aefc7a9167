/** The fleet of a deployment to AWS, from its settings. */
import { setTimeout as sleep } from 'node:timers/promises';
import { transfers } from '#lib/aws/backup-transfers.ts';
import { machines } from '#lib/aws/ec2.ts';
import { commands } from '#lib/aws/ssm.ts';
import { ec2FleetConfig } from '#lib/config.ts';
import { checkKey, volumeFix } from '#lib/fleet/ec2/check-key.ts';
import { createEc2Fleet } from '#lib/fleet/ec2/verbs.ts';
import { now } from '#lib/model/clock.ts';
import type { Fleet } from '#lib/model/fleet.ts';
import { placementStore } from '#lib/store/placements.ts';

export function fleetOfDeployment(): Fleet {
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
