/** Temporary folders of a measurement, on the disk and in memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Folders {
  readonly disk: string;
  readonly memory: string;
}

export async function inFolders<T>(work: (folders: Folders) => Promise<T>): Promise<T> {
  const folders = {
    disk: mkdtempSync(join(tmpdir(), 'latchkey-bench-')),
    memory: mkdtempSync('/dev/shm/latchkey-bench-'),
  };
  try {
    return await work(folders);
  } finally {
    for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true });
  }
}
