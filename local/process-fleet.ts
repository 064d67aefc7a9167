/**
 * The fleet of the local cloud: Redis processes on this machine. The import `#fleet` (package.json) leads here, and in
 * a deployed bundle to `lib/wiring/ec2-fleet.ts`.
 */
import { dirname, join } from 'node:path';
import type { BackupObjects } from 'process-fleet';
import { createProcessFleet, createVolumeKms, type ProcessFleet } from 'process-fleet';
import { backupConfig, dataPlaneConfig } from '#lib/config.ts';
import { log } from '#lib/log.ts';
import { applicationRights } from '#lib/model/application-rights.ts';
import { digestPageScript } from '#lib/model/dataset-digest.ts';
import type { Fleet } from '#lib/model/fleet.ts';
import { ensureTlsFiles } from './tls-files.ts';

let created: ProcessFleet | undefined;

/** By its name, when it is called: the fleet is created at its first use. */
const operation =
  <Name extends keyof Fleet>(name: Name) =>
  (...input: Parameters<Fleet[Name]>): ReturnType<Fleet[Name]> => {
    const own = processFleet()[name] as (...input: Parameters<Fleet[Name]>) => ReturnType<Fleet[Name]>;
    return own(...input);
  };

export const launch = operation('launch');
export const describe = operation('describe');
export const certificateAuthority = operation('certificateAuthority');
export const certificateRequest = operation('certificateRequest');
export const installCertificate = operation('installCertificate');
export const stopServices = operation('stopServices');
export const stopServers = operation('stopServers');
export const startServers = operation('startServers');
export const tryToOpen = operation('tryToOpen');
export const startServices = operation('startServices');
export const backup = operation('backup');
export const restore = operation('restore');
export const terminate = operation('terminate');
export const follow = operation('follow');
export const caughtUp = operation('caughtUp');
export const promote = operation('promote');
export const pauseWrites = operation('pauseWrites');
export const resumeWrites = operation('resumeWrites');
export const setPassword = operation('setPassword');
export const configure = operation('configure');
export const measure = operation('measure');
export const digest = operation('digest');
export const resetStatistics = operation('resetStatistics');
export const restartServices = operation('restartServices');

/** Only Latchkey creates grants for the volumes of this fleet. */
export const serviceGrants = (): boolean => false;

/** Reads the environment at the first call. Throws if the machine has no memory-backed storage or no Redis. */
export function processFleet(): ProcessFleet {
  created ??= create();
  return created;
}

function create(): ProcessFleet {
  const { AWS_REGION, DATA_PLANE_ACCESS_KEY_ID, DATA_PLANE_SECRET_ACCESS_KEY } = dataPlaneConfig();
  const credentials = DATA_PLANE_ACCESS_KEY_ID
    ? { credentials: { accessKeyId: DATA_PLANE_ACCESS_KEY_ID, secretAccessKey: DATA_PLANE_SECRET_ACCESS_KEY ?? '' } }
    : {};
  const dir = setting('FLEET_DIR');
  return createProcessFleet({
    dir,
    memoryDir: setting('FLEET_MEMORY_DIR'),
    firstPort: Number(setting('FLEET_FIRST_PORT')),
    tls: ensureTlsFiles(join(dirname(dir), 'ca'), new Date()),
    applicationRights,
    digestPageScript,
    kms: createVolumeKms({ region: AWS_REGION, ...credentials }),
    backups,
    log: (message, fields) => log.warn(message, fields),
  });
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. The local cloud sets it before it loads a function.`);
  return value;
}

let loaded: Promise<BackupObjects> | undefined;

/** S3's client is loaded at the first backup. */
const bucket = (): Promise<BackupObjects> => {
  loaded ??= Promise.all([import('@aws-sdk/client-s3'), import('process-fleet/s3-backups')]).then(
    ([{ S3Client }, { createS3Backups }]) =>
      createS3Backups(new S3Client({ maxAttempts: 3 }), backupConfig().BACKUP_BUCKET),
  );
  return loaded;
};

const backups: BackupObjects = {
  put: async (object) => (await bucket()).put(object),
  head: async (key) => (await bucket()).head(key),
  get: async (key) => (await bucket()).get(key),
};
