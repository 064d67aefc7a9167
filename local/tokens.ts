/** The tokens of the seeded team: made at the first start on a state folder, and kept there. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from './cloud.ts';

export interface Tokens {
  readonly teamToken: string;
  readonly adminToken: string;
}

/** Seeds the cloud at its first start. A start that was interrupted in it seeds again. */
export async function tokensOf(cloud: Cloud): Promise<Tokens> {
  const file = join(cloud.dir, 'tokens.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const { seed } = await import('./seed.ts');
  const tokens = await seed(cloud);
  writeFileSync(`${file}.new`, JSON.stringify(tokens), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return tokens;
}
