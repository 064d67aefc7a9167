/**
 * The append-only file that a service begins with. The snapshot becomes its base under a second name, so nothing that
 * is there already is written once more before clients are let in. Source: Redis's manual, "Log rewriting", on the
 * files of version 7.
 * Does not: keep the position in the replication stream that a snapshot notes, so a follower takes a whole copy once
 * its leader starts anew.
 */
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createFolderAtomically, nullIfAbsent } from './atomic-file.ts';
import { FleetFailure } from './failure.ts';
import type { Places } from './places.ts';
import { exists } from './server.ts';
import type { Part } from './volume-content.ts';

const base = 'appendonly.aof.1.base.rdb';
const increment = 'appendonly.aof.1.incr.aof';
const manifest = `file ${base} seq 1 type b\nfile ${increment} seq 1 type i\n`;
const ownerOnly = { mode: 0o600 };

/** Creates it from the snapshot if it does not exist. False without a snapshot. Idempotent. */
export async function beginAppendOnly({ aof, aofManifest, rdb }: Places): Promise<boolean> {
  if (await exists(aofManifest)) return true;
  await rm(aof, { recursive: true, force: true });
  if (!(await exists(rdb))) return false;
  await createFolderAtomically(aof, async (building) => {
    await link(rdb, join(building, base));
    await writeFile(join(building, increment), '', ownerOnly);
    await writeFile(join(building, basename(aofManifest)), manifest, ownerOnly);
  });
  return true;
}

/**
 * The files that a start loads, as a process that is over left them; null where there is no append-only file. Drafts of
 * a rewrite that was cut short are not among them. Throws `save_failed` where one is missing.
 */
export async function appendOnlyParts({ aof, aofManifest }: Places): Promise<Part[] | null> {
  const text = await nullIfAbsent(readFile(aofManifest, 'utf8'));
  if (text === null) return null;
  // Type h is history, which a start removes.
  const named = [...text.matchAll(/^file (\S+) seq \d+ type [bi]/gm)].map(([, name = '']) => name);
  return Promise.all([basename(aofManifest), ...named].map((name) => partIn(aof, name)));
}

async function partIn(aof: string, name: string): Promise<Part> {
  const found = await nullIfAbsent(stat(join(aof, name)));
  if (!found) throw new FleetFailure('save_failed', `A file of the append-only file is missing: ${name}.`);
  return { name, bytes: found.size };
}
