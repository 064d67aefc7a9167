/** The functions of `serverless.yml`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Entry } from './bundle.ts';
import { entryOf, type FunctionSettings } from './entries.ts';

/** By their keys. */
export function deployedFunctions(root: string): Readonly<Record<string, FunctionSettings>> {
  const text = readFileSync(join(root, 'serverless.yml'), 'utf8');
  return (parse(text, { logLevel: 'silent' }) as { functions: Record<string, FunctionSettings> }).functions;
}

export const deployedEntries = (root: string): Entry[] =>
  Object.entries(deployedFunctions(root)).map(([key, settings]) => entryOf(key, settings));
