/** The functions of `serverless.yml`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Entry } from './bundle.ts';

export interface Deployed {
  readonly handler: string;
  /** Keys of `rights.ts`. */
  readonly rights?: readonly string[];
  readonly events?: readonly { readonly httpApi?: { readonly method: string; readonly path: string } | '*' }[];
}

/** By their keys. */
export function deployedFunctions(root: string): Readonly<Record<string, Deployed>> {
  const text = readFileSync(join(root, 'serverless.yml'), 'utf8');
  return (parse(text, { logLevel: 'silent' }) as { functions: Record<string, Deployed> }).functions;
}

export const entryOf = (key: string, { handler }: Pick<Deployed, 'handler'>): Entry => ({
  key,
  path: handler.slice(0, handler.lastIndexOf('.')),
});

export const deployedEntries = (root: string): Entry[] =>
  Object.entries(deployedFunctions(root)).map(([key, settings]) => entryOf(key, settings));
