/** The functions of `serverless.yml`, and their bundles as they are deployed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Entry } from './bundle.ts';
import { entryOf, type FunctionSettings } from './entries.ts';

export function deployedEntries(root: string): Entry[] {
  const { functions } = parse(readFileSync(join(root, 'serverless.yml'), 'utf8'), { logLevel: 'silent' }) as {
    functions: Record<string, FunctionSettings>;
  };
  return Object.entries(functions).map(([key, settings]) => entryOf(key, settings));
}
