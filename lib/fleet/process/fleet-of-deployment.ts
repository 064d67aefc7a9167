/** The one process fleet of this deployment, from its settings. Whoever stops the deployment cleanly suspends this one. */
import { backupObjects } from '#lib/aws/backups.ts';
import { dataPlaneConfig, processFleetConfig } from '#lib/config.ts';
import { log } from '#lib/log.ts';
import { createProcessFleet, createVolumeKms, type ProcessFleet } from './index.ts';

let fleet: ProcessFleet | undefined;

/** Reads the settings at the first call. Throws where the machine lacks memory-backed storage or a Redis. */
export function fleetOfDeployment(): ProcessFleet {
  fleet ??= create();
  return fleet;
}

function create(): ProcessFleet {
  const { FLEET_DIR, FLEET_MEMORY_DIR, FLEET_FIRST_PORT } = processFleetConfig();
  const { AWS_REGION, DATA_PLANE_ACCESS_KEY_ID, DATA_PLANE_SECRET_ACCESS_KEY } = dataPlaneConfig();
  const credentials = DATA_PLANE_ACCESS_KEY_ID
    ? { credentials: { accessKeyId: DATA_PLANE_ACCESS_KEY_ID, secretAccessKey: DATA_PLANE_SECRET_ACCESS_KEY ?? '' } }
    : {};
  return createProcessFleet({
    dir: FLEET_DIR,
    memoryDir: FLEET_MEMORY_DIR,
    firstPort: FLEET_FIRST_PORT,
    kms: createVolumeKms({ region: AWS_REGION, ...credentials }),
    backups: backupObjects(),
    log: (message, fields) => log.warn(message, fields),
  });
}
