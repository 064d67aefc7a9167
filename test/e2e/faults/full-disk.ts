/**
 * A thread that keeps a link to `/dev/full` in a file's place. The cloud retries within milliseconds at the speed of
 * these tests, so a busy test would restore the link too late, and so would a thread of normal priority on a busy
 * machine.
 */
import { readFileSync, symlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';

/** Either the file, or the memory folder of a server whose Redis writes a snapshot. */
export type Full = { readonly file: string } | { readonly draftIn: string };

const full = workerData as Full;

try {
  // For this thread alone: setpriority(2) treats it as a separate process on Linux.
  setPriority(constants.priority.PRIORITY_HIGHEST);
} catch {
  // Only root has the permission.
}

setInterval(() => {
  const wanted = 'file' in full ? full.file : draftIn(full.draftIn);
  if (wanted === null) return;
  try {
    symlinkSync('/dev/full', wanted);
  } catch {
    // The link exists, or its folder does not.
  }
}, 1);

/** Redis's name for the snapshot that it is writing; null while it does not run. */
function draftIn(memory: string): string | null {
  try {
    const { pid } = JSON.parse(readFileSync(join(memory, 'service.json'), 'utf8')) as { pid: number | null };
    return pid === null ? null : join(memory, `temp-${pid}.rdb`);
  } catch {
    return null;
  }
}
