/**
 * The append-only file that a service begins with. The snapshot becomes its base under a second name, so nothing that is there already is written
 * once more before clients are let in. Source: Redis's manual, "Log rewriting", on the files of version 7.
 * Does not: keep the position in the replication stream that a snapshot notes, so a follower takes a whole copy once its leader starts anew.
 */
import { link, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeFolderWhole } from './atomic-file.ts';
import type { Places } from './places.ts';
import { exists } from './server.ts';

const base = 'appendonly.aof.1.base.rdb';
const increment = 'appendonly.aof.1.incr.aof';
const manifest = `file ${base} seq 1 type b\nfile ${increment} seq 1 type i\n`;
const ownerOnly = { mode: 0o600 };

/** Makes it of the snapshot, unless it is there. False where there is no snapshot either. May run twice. */
export async function beginAppendOnly({ aof, aofManifest, rdb }: Places): Promise<boolean> {
  if (await exists(aofManifest)) return true;
  await rm(aof, { recursive: true, force: true });
  if (!(await exists(rdb))) return false;
  await makeFolderWhole(aof, async (building) => {
    await link(rdb, join(building, base));
    await writeFile(join(building, increment), '', ownerOnly);
    await writeFile(join(building, basename(aofManifest)), manifest, ownerOnly);
  });
  return true;
}
