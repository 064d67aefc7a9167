/**
 * What a person's shell needs to use the local cloud: a file to `source`, and an `aws` and a `heroku` that never reach
 * real accounts.
 */
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { authorityFile } from './authority.ts';
import type { Cloud } from './cloud.ts';
import { shellFile } from './environment.ts';
import type { Tokens } from './seed.ts';

/** Writes `<dir>/env`, readable by its owner only, and the wrappers in `<dir>/bin`. */
export function writeShell(cloud: Cloud, tokens: Tokens): void {
  const binDir = join(cloud.dir, 'bin');
  mkdirSync(binDir, { recursive: true });
  for (const name of ['aws', 'heroku']) {
    const wrapper = join(binDir, name);
    copyFileSync(join(import.meta.dirname, 'wrappers', `${name}.sh`), wrapper);
    chmodSync(wrapper, 0o755);
  }
  const file = join(cloud.dir, 'env');
  writeFileSync(
    file,
    shellFile({
      ...tokens,
      apiUrl: cloud.urls.api,
      awsUrl: cloud.urls.aws,
      authorityFile: authorityFile(cloud.dir),
      binDir,
    }),
    { mode: 0o600 },
  );
  chmodSync(file, 0o600);
}
