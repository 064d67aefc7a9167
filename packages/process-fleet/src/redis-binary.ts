/** The Redis that this machine has: `valkey-server`, else `redis-server`, as PATH says. */
import { execFileSync } from 'node:child_process';

/**
 * Version 7 is the first whose append-only file has a manifest, and that takes `SHUTDOWN NOW FORCE`; every Valkey has
 * both.
 */
const oldestRedis = 7;

/** Runs a shell command and returns its output; throws if it fails. */
export type Shell = (line: string) => string;

const posixShell: Shell = (line) => execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8', timeout: 5000 }).trim();

export interface RedisServer {
  readonly path: string;
  /** For display: "Redis 7.0.15", "Valkey 8.1.4". */
  readonly version: string;
}

/** Throws a message that says what to install. */
export function findRedisServer(shell: Shell = posixShell): RedisServer {
  const [path = '', output = ''] = pathAndVersion(shell);
  const {
    name = '',
    version = '',
    major = '',
  } = /^(?<name>\w+) .*\bv=(?<version>(?<major>\d+)\.[\w.]+)/.exec(output)?.groups ?? {};
  if (Number(major) >= oldestRedis) return { path, version: `${name} ${version}` };
  throw new Error(`Databases need redis-server ${oldestRedis} or newer; this machine has: ${output}`);
}

export const findRedisBinary = (shell: Shell = posixShell): string => findRedisServer(shell).path;

function pathAndVersion(shell: Shell): string[] {
  try {
    return shell(
      'server=$(command -v valkey-server || command -v redis-server) && echo "$server" && "$server" --version',
    ).split('\n');
  } catch (cause) {
    const needed =
      'Databases need valkey-server, or redis-server 7 or newer, on PATH. Install the package "valkey" or ' +
      '"redis-server".';
    throw new Error(needed, { cause });
  }
}
