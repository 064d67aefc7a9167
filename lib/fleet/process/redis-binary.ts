/** The Redis that this machine has: `valkey-server`, else `redis-server`, as PATH says. */
import { execFileSync } from 'node:child_process';

/** Version 7 is the first whose append-only file has a manifest, and that takes `SHUTDOWN NOW FORCE`; every Valkey has both. */
const oldestRedis = 7;

/** Runs a shell line and answers what it prints; throws when it fails. */
export type Shell = (line: string) => string;

const posixShell: Shell = (line) => execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8', timeout: 5000 }).trim();

/** The program's path. Throws a message that says what to install. */
export function findRedisBinary(shell: Shell = posixShell): string {
  const [binary = '', version = ''] = pathAndVersion(shell);
  const major = majorVersionIn(version);
  if (major !== null && major >= oldestRedis) return binary;
  throw new Error(`Databases need redis-server ${oldestRedis} or newer; this machine has: ${version}`);
}

function pathAndVersion(shell: Shell): string[] {
  try {
    return shell('server=$(command -v valkey-server || command -v redis-server) && echo "$server" && "$server" --version').split('\n');
  } catch (cause) {
    const needed = 'Databases need valkey-server, or redis-server 7 or newer, on PATH. Install the package "valkey" or "redis-server".';
    throw new Error(needed, { cause });
  }
}

/** "Redis server v=7.0.15 sha=…" is 7; Valkey answers in the same form. */
const majorVersionIn = (answer: string): number | null => {
  const [, major] = /\bv=(\d+)\./.exec(answer) ?? [];
  return major ? Number(major) : null;
};
