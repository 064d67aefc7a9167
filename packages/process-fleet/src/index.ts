/**
 * The fleet of one machine: each server is a folder with a volume that is ciphertext on disk, and a real Redis process
 * on loopback. While a server runs, its plaintext and its data key are in memory-backed storage, as a hypervisor would
 * hold them: so a stop can seal after the customer's key is gone, and a control plane that was killed finds its servers
 * running when it comes back.
 * Does not: keep the last minutes' writes through a power cut; guard against two control planes on one folder; keep the
 * machine from swapping; replicate to another machine.
 */
import { assemble, type ProcessFleetOptions } from './assembly.ts';
import { checkpointEveryMs } from './checkpoint.ts';
import { createOperations, type ProcessFleet } from './operations.ts';

export type { BackupObjects } from './backup-objects.ts';
export { FleetFailure } from './failure.ts';
export type { TlsFiles } from './redis-conf.ts';
export { createVolumeKms, type VolumeKms } from './volume-kms.ts';
export type { ProcessFleet, ProcessFleetOptions };

/**
 * Throws where the machine lacks memory-backed storage or a Redis; the message says what to do. Adopts the servers that
 * run.
 */
export function createProcessFleet(options: ProcessFleetOptions): ProcessFleet {
  return createOperations(assemble(options), options.checkpointEveryMs ?? checkpointEveryMs);
}
