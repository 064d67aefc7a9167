/**
 * Programs of apps that a killed process left behind: found by their process ids, and believed only by a mark in their
 * environment.
 */
import { readFileSync } from 'node:fs';

/** In each child's environment, with the folder that it belongs to. */
export const mark = 'LATCHKEY_APPS';

/** Ends it, if it's still the program that was noted. Where the system has no /proc, it is left alone. */
export function endLeftBehind(pid: number, folder: string): void {
  if (!environmentOf(pid).split('\0').includes(`${mark}=${folder}`)) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
