/** The one process fleet of this deployment, from its settings. Whoever stops the deployment cleanly suspends this one. */
import { dataPlaneConfig, processFleetConfig } from '#lib/config.ts';
import { log } from '#lib/log.ts';
import type { BackupObjects } from './backup-objects.ts';
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
    backups,
    log: (message, fields) => log.warn(message, fields),
  });
}

/** S3's client is loaded with the first backup. */
const bucket = async (): Promise<BackupObjects> => (await import('#lib/aws/backups.ts')).backupObjects();

const backups: BackupObjects = {
  put: async (object) => (await bucket()).put(object),
  head: async (key) => (await bucket()).head(key),
  get: async (key) => (await bucket()).get(key),
};
