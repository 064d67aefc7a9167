/**
 * The proof of a server's last stop and start, in a file beside its volume, so that a repeated operation returns the
 * same proof. Digests are of the sealed volume, so they reveal nothing about the data; opening the volume proves that
 * it has the data.
 */

import { readJson, writeFileAtomically } from './atomic-file.ts';
import type { Proof } from './port.ts';
import type { Server } from './server.ts';

interface Proofs {
  /** How the last stop of the service saved the data. */
  readonly saved?: Pick<Proof, 'savedAt' | 'snapshotBytes' | 'appendOnlyBytes' | 'stop'>;
  /** The process that this stop ended. */
  readonly savedPid?: number | null;
  /** The volume as the last stop of the server left it. */
  readonly sealed?: Pick<Proof, 'volumeBytes' | 'volumeSha256'>;
  /** The volume that the last start opened, byte by byte as it was read. */
  readonly opened?: Pick<Proof, 'volumeBytes' | 'volumeSha256'>;
}

export async function proofOf({ places }: Server, of: 'saved' | 'sealed' | 'opened'): Promise<Proof> {
  return (await readJson<Proofs>(places.proofs))?.[of] ?? {};
}

export async function recordProof({ places }: Server, shown: Proofs): Promise<void> {
  const known = await readJson<Proofs>(places.proofs);
  await writeFileAtomically(places.proofs, `${JSON.stringify({ ...known, ...shown })}\n`);
}

/** The process that the server's service ran as, whether it still does or not; null where none is known. */
export const recordedPid = async ({ places }: Server): Promise<number | null> =>
  (await readJson<{ pid: number | null }>(places.service))?.pid ?? null;

/** Whether the recorded stop is that of this process. */
export const hasStopProof = async ({ places }: Server, pid: number | null): Promise<boolean> => {
  const known = await readJson<Proofs>(places.proofs);
  return known?.saved?.stop !== undefined && known.savedPid === pid;
};
