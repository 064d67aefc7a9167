/** The memory-backed folder for plaintext, which is not written to disk unless the machine swaps. */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, statfsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** File system types of `statfs(2)`: tmpfs and ramfs. */
const memoryBacked = new Set([0x01021994, 0x858458f6]);

const setting = 'Set FLEET_MEMORY_DIR to a folder on a memory-backed file system (tmpfs, ramfs, or a RAM disk).';

/** One folder per fleet folder, on the machine's shared memory. */
export const defaultMemoryDir = (dir: string): string =>
  join('/dev/shm', `latchkey-${createHash('sha256').update(resolve(dir)).digest('hex').slice(0, 16)}`);

/**
 * Makes the folder, readable by this user only. Throws where it would not be in memory, or where another user has taken
 * the name. A system other than Linux does not say what a file system is made of: there, a folder that exists is taken
 * at its word.
 */
export function ensureMemoryDir(memoryDir: string, platform: NodeJS.Platform = process.platform): void {
  if (!existsSync(dirname(memoryDir)))
    throw new Error(`Databases need memory-backed storage, and this machine has none here. ${setting}`);
  mkdirSync(memoryDir, { recursive: true, mode: 0o700 });
  const found = lstatSync(memoryDir);
  if (!found.isDirectory() || (process.getuid && found.uid !== process.getuid()))
    throw new Error(`The folder for plaintext belongs to another user. ${setting}`);
  chmodSync(memoryDir, 0o700);
  if (platform === 'linux' && !memoryBacked.has(statfsSync(memoryDir).type))
    throw new Error(`The folder for plaintext is not memory-backed. ${setting}`);
}
