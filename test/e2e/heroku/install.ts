/**
 * The unmodified Heroku CLI from npm, in a separate cache outside the repository, since it is not a dependency of the
 * product.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The newest version, and the last one that accepts unknown flags without `--`. */
export const versions = { newest: '11.10.0', bare: '8.11.5' } as const;
export type Version = (typeof versions)[keyof typeof versions];

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'latchkey', 'heroku');

/**
 * Returns the folder with the `heroku` of a version; a first call takes about a minute. The folder appears atomically,
 * so that a concurrent test file never finds an incomplete one.
 */
export function installCli(version: Version): string {
  const dir = join(cache, version);
  const bin = join(dir, 'node_modules', '.bin');
  if (existsSync(join(bin, 'heroku'))) return bin;
  process.stdout.write(`Installing heroku@${version} in ${dir} …\n`);
  mkdirSync(cache, { recursive: true });
  const building = mkdtempSync(join(cache, `.${version}-`));
  try {
    const words = [
      'install',
      '--prefix',
      building,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `heroku@${version}`,
    ];
    execFileSync('npm', words, { cwd: building, stdio: 'inherit', timeout: 300_000 });
    if (!existsSync(bin)) renameSync(building, dir);
  } catch (error) {
    if (!existsSync(bin)) throw error;
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return bin;
}
