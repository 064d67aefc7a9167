/**
 * What a server can show for its last stop and start, in a file beside its volume: a verb that runs again, and finds its work done, shows
 * the same. Digests are of the sealed volume, so they say nothing about the data; that the volume holds it is proven when it is opened.
 */
import type { Proof } from '../port.ts';
import { readJson, writeWhole } from './atomic-file.ts';
import type { Server } from './server.ts';

interface Proofs {
  /** The save of the last stop of the service. */
  readonly saved?: Pick<Proof, 'savedAt' | 'snapshotBytes'>;
  /** The volume as the last stop of the server left it. */
  readonly sealed?: Pick<Proof, 'volumeBytes' | 'volumeSha256'>;
  /** The volume that the last start opened, byte by byte as it was read. */
  readonly opened?: Pick<Proof, 'volumeBytes' | 'volumeSha256'>;
}

export async function proofOf({ places }: Server, of: keyof Proofs): Promise<Proof> {
  return (await readJson<Proofs>(places.proofs))?.[of] ?? {};
}

export async function prove({ places }: Server, shown: Proofs): Promise<void> {
  const known = await readJson<Proofs>(places.proofs);
  await writeWhole(places.proofs, `${JSON.stringify({ ...known, ...shown })}\n`);
}
