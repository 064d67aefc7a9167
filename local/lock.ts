/**
 * One embedded cloud per state folder: a lock file that names the process, and is taken over from a process that is gone.
 * Does not: hold against two starts in the same millisecond over one stale lock (the taken ports then stop the second).
 */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';

interface Holder {
  readonly pid: number;
  /** When the process started, in the kernel's ticks; tells it from a later process with its number. Empty where the system doesn't say. */
  readonly started: string;
}

/** Takes the lock and answers how to give it back; throws naming the process that holds it. */
export function lockFolder(dir: string): () => void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, 'lock');
  const mine: Holder = { pid: process.pid, started: startOf(process.pid) };
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    takeLock(path, draft, dir);
  } finally {
    rmSync(draft, { force: true });
  }
  return () => rmSync(path, { force: true });
}

function takeLock(path: string, draft: string, dir: string): void {
  if (linked(draft, path)) return;
  const holder = readHolder(path);
  if (holder && startOf(holder.pid) === holder.started && isAlive(holder.pid)) {
    throw new Error(
      `Latchkey already runs on ${dir}, as process ${holder.pid}. Stop it first: Ctrl-C in its terminal, or \`kill ${holder.pid}\` and wait for it to save.`,
    );
  }
  rmSync(path, { force: true });
  if (!linked(draft, path)) throw new Error(`Another start of Latchkey on ${dir} was faster. Try again once it has stopped.`);
}

/** Whether the file has its second name now; a name that is there already is left as it is. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (isNativeError(error) && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isNativeError(error) && 'code' in error && error.code === 'EPERM';
  }
}

/** Field 22 of `/proc/<pid>/stat`. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
