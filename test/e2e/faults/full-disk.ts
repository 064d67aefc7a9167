/**
 * A thread that keeps a link to `/dev/full` in a file's place. The cloud tries again within milliseconds at the speed of these tests, so a
 * test that is busy itself would put it back too late.
 */
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';

/** Either the file, or the memory folder of a server whose Redis writes a snapshot. */
export type Full = { readonly file: string } | { readonly draftIn: string };

const full = workerData as Full;

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
