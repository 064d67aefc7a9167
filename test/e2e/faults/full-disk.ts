/**
 * A thread that keeps a link to `/dev/full` in a file's place. The cloud tries again within milliseconds at the speed of these tests, so a
 * test that is busy itself would put it back too late, and so would a thread that waits for its turn on a busy machine.
 */
import { readFileSync, symlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';

/** Either the file, or the memory folder of a server whose Redis writes a snapshot. */
export type Full = { readonly file: string } | { readonly draftIn: string };

const full = workerData as Full;

try {
  // Of this thread alone: setpriority(2) takes it for a process of its own on Linux.
  setPriority(constants.priority.PRIORITY_HIGHEST);
} catch {
  // Only root may.
}

setInterval(() => {
  const wanted = 'file' in full ? full.file : draftIn(full.draftIn);
  if (wanted === null) return;
  try {
    symlinkSync('/dev/full', wanted);
  } catch {
    // It is there, or its folder is not.
  }
}, 1);

/** What Redis calls the snapshot that it is writing; null while it does not run. */
function draftIn(memory: string): string | null {
  try {
    const { pid } = JSON.parse(readFileSync(join(memory, 'service.json'), 'utf8')) as { pid: number | null };
    return pid === null ? null : join(memory, `temp-${pid}.rdb`);
  } catch {
    return null;
  }
}
