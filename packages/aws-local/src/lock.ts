/**
 * A lock file that admits one process per state folder. It names its holder, and a holder that has ended loses it. A
 * start waits until the kernel has released the sockets and files of a killed holder.
 * Does not: hold against two starts in the same millisecond over one stale lock (the taken ports then stop the second).
 */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';

interface Holder {
  readonly pid: number;
  /**
   * When the process started, in the kernel's ticks; distinguishes it from a later process with its number. Empty if
   * the system does not report it.
   */
  readonly started: string;
}

/** How long to wait for a killed process, and for a process that may have been killed. */
const dyingMs = 30_000;
const aliveMs = 200;
const pauseMs = 20;

/**
 * Takes the lock and returns the function that releases it. Throws naming `program` and the process that holds the
 * lock.
 */
export async function lockFolder(dir: string, program: string): Promise<() => void> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, 'lock');
  const mine: Holder = { pid: process.pid, started: statusOf(process.pid)?.started ?? '' };
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    await takeLock(path, draft, { dir, program });
  } finally {
    rmSync(draft, { force: true });
  }
  return () => rmSync(path, { force: true });
}

async function takeLock(
  path: string,
  draft: string,
  { dir, program }: { dir: string; program: string },
): Promise<void> {
  if (tryLink(draft, path)) return;
  const holder = readHolder(path);
  if (holder && (await outlivesWait(holder))) {
    throw new Error(
      `${program} already runs on ${dir}, as process ${holder.pid}. ` +
        `Stop it first: Ctrl-C in its terminal, or \`kill ${holder.pid}\` and wait for it to save.`,
    );
  }
  rmSync(path, { force: true });
  if (!tryLink(draft, path))
    throw new Error(`Another start of ${program} on ${dir} was faster. Try again once it has stopped.`);
}

/** Whether the hard link was created; an existing name is left as it is. */
function tryLink(from: string, to: string): boolean {
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

async function outlivesWait(holder: Holder): Promise<boolean> {
  const begun = performance.now();
  for (;;) {
    const state = processState(holder);
    if (state === 'ended') return false;
    if (performance.now() - begun > (state === 'dying' ? dyingMs : aliveMs)) return true;
    await sleep(pauseMs);
  }
}

/** `dying`: killed, but the kernel has not released all resources yet. */
function processState({ pid, started }: Holder): 'alive' | 'dying' | 'ended' {
  if (!exists(pid)) return 'ended';
  const status = statusOf(pid);
  if (status === null) return started === '' ? 'alive' : 'ended';
  if (status.started !== started) return 'ended';
  // The first thread may end before the others, which hold the sockets. A zombie without a waiting parent stays a
  // zombie.
  if (status.isZombie) return status.threads > 1 ? 'dying' : 'ended';
  return status.isEnding ? 'dying' : 'alive';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isNativeError(error) && 'code' in error && error.code === 'EPERM';
  }
}

interface Status {
  readonly started: string;
  readonly threads: number;
  readonly isZombie: boolean;
  readonly isEnding: boolean;
}

/** PF_EXITING and PF_SIGNALED of the kernel's `sched.h`; SIGKILL's bit in a mask of signals. */
const endingFlags = 0x4 | 0x400;
const killBit = 0x100n;

/**
 * Fields 3, 9, 20 and 22 of `/proc/<pid>/stat`, and the pending signals of `/proc/<pid>/status`: proc(5). Null on
 * systems without `/proc`.
 */
function statusOf(pid: number): Status | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const waiting = [...readFileSync(`/proc/${pid}/status`, 'utf8').matchAll(/^(?:SigPnd|ShdPnd):\s*([0-9a-f]+)$/gm)];
    const isKilled = waiting.some(([, mask]) => (BigInt(`0x${mask}`) & killBit) !== 0n);
    return {
      started: fields[19] ?? '',
      threads: Number(fields[17]),
      isZombie: fields[0] === 'Z' || fields[0] === 'X',
      isEnding: isKilled || (Number(fields[6]) & endingFlags) !== 0,
    };
  } catch {
    return null;
  }
}
