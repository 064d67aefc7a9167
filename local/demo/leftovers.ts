/** Ends what a cloud process leaves behind if it is killed: Redis servers and apps. */
import { readdirSync, readFileSync } from 'node:fs';

/** Ends every other process whose command line or environment contains the text. */
export function endProcessesWith(text: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    if (Number(pid) !== process.pid && names(pid, text)) kill(Number(pid));
}

function names(pid: string, text: string): boolean {
  try {
    return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(text));
  } catch {
    return false; // It ended, or belongs to another user.
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
