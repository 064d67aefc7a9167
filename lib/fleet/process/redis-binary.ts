/** The Redis that this machine has: `valkey-server` or `redis-server`, whichever PATH names first. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Version 7 is the first whose append-only file has a manifest, and that takes `SHUTDOWN NOW FORCE`; every Valkey has both. */
const oldestRedis = 7;

/** The binary's path. Throws a message that says what to install. */
export function findRedisBinary(path: string): string {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const name of ['valkey-server', 'redis-server']) {
      const binary = join(folder, name);
      if (existsSync(binary)) return refuseOld(binary);
    }
  }
  throw new Error('Databases need valkey-server, or redis-server 7 or newer, on PATH. Install the package "valkey" or "redis-server".');
}

function refuseOld(binary: string): string {
  const answer = execFileSync(binary, ['--version'], { encoding: 'utf8', timeout: 5000 });
  const major = majorVersionIn(answer);
  if (major !== null && major >= oldestRedis) return binary;
  throw new Error(`Databases need redis-server ${oldestRedis} or newer; this machine has: ${answer.trim()}`);
}

/** "Redis server v=7.0.15 sha=…" is 7; Valkey answers in the same form, or as "Valkey server v=8.0.1". */
export const majorVersionIn = (answer: string): number | null => {
  const [, major] = /\bv=(\d+)\./.exec(answer) ?? [];
  return major ? Number(major) : null;
};
