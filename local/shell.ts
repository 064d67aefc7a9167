/** What a person's shell needs to use the embedded cloud: a file to `source`, and an `aws` that never reaches a real account. */
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from './cloud.ts';
import { shellFile } from './environment.ts';
import type { Tokens } from './seed.ts';

/** Writes `<dir>/env`, readable by its owner only, and `<dir>/bin/aws`. */
export function writeShell(cloud: Cloud, tokens: Tokens): void {
  const binDir = join(cloud.dir, 'bin');
  mkdirSync(binDir, { recursive: true });
  const wrapper = join(binDir, 'aws');
  copyFileSync(join(import.meta.dirname, 'wrappers', 'aws.sh'), wrapper);
  chmodSync(wrapper, 0o755);
  const file = join(cloud.dir, 'env');
  writeFileSync(file, shellFile({ ...tokens, apiUrl: cloud.urls.api, awsUrl: cloud.urls.aws, binDir }), { mode: 0o600 });
  chmodSync(file, 0o600);
}
