/** The resident memory of a process, as the kernel counts it. */
import { readFileSync } from 'node:fs';

/** In megabytes, shared pages included. Linux only. */
export function residentMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1000;
}
