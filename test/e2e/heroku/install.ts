/** The Heroku CLI from npm, as it is, in a cache of its own outside the repository: it is no dependency of the product. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The newest, and the last that takes flags that it does not know without `--`. */
export const versions = { newest: '11.10.0', bare: '8.11.5' } as const;
export type Version = (typeof versions)[keyof typeof versions];

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'latchkey', 'heroku-cli');

/** The folder with the `heroku` of a version; a first call takes about a minute. */
export function installed(version: Version): string {
  const dir = join(cache, version);
  const bin = join(dir, 'node_modules', '.bin');
  if (existsSync(join(bin, 'heroku'))) return bin;
  process.stdout.write(`Installing heroku@${version} in ${dir} …\n`);
  mkdirSync(dir, { recursive: true });
  const words = ['install', '--prefix', dir, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `heroku@${version}`];
  execFileSync('npm', words, { cwd: dir, stdio: 'inherit', timeout: 300_000 });
  return bin;
}
