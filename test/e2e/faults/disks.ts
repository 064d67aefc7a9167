/** Faults of a disk: full, read-only, damaged. Needs no root, and mounts nothing. */
import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Home } from '#test/e2e/cloud.ts';
import type { Full } from './full-disk.ts';

/**
 * Root ignores the permissions of its own files, so a test that removes them runs the cloud without this capability, in
 * the terms of capabilities(7): `CAP_DAC_OVERRIDE`.
 */
export const withoutRootOverride: readonly string[] =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override'] : [];

/**
 * Makes every later write of the file fail with a full disk: a link to `/dev/full` is in its place. Redis and the fleet
 * both remove a file that they could not write, so the link is restored. Returns a function that ends it.
 */
export function keepDiskFull(full: Full): () => void {
  const thread = new Worker(new URL('./full-disk.ts', import.meta.url), { workerData: full });
  return () => void thread.terminate();
}

export const folderOf = (home: Home, serverId: string) => join(home.dir, 'fleet', 'servers', serverId);
export const volumeOf = (home: Home, serverId: string) => join(folderOf(home, serverId), 'volume.sealed');
export const memoryOf = (home: Home, serverId: string) => join(home.memoryDir, serverId);

export const makeReadOnly = (folder: string) => chmodSync(folder, 0o500);
export const makeWritable = (folder: string) => chmodSync(folder, 0o700);

/** Flips one bit in the middle of the file. */
export function flipBit(path: string): void {
  const bytes = readFileSync(path);
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  writeFileSync(path, bytes);
}

/** Removes the last tenth of the file. */
export const truncateFile = (path: string) => truncateSync(path, Math.floor(readFileSync(path).length * 0.9));

export const bytesOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

export const filesIn = (folder: string): string[] => readdirSync(folder).sort();
