/**
 * Stores the definitions of executions. As on AWS, an execution continues with the definition of its start.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Definition, readDefinition } from './definition.ts';

export interface DefinitionStore {
  /** Throws `InvalidDefinition`. */
  add(definition: unknown): Definition;
  /** `undefined` if this version does not support it. */
  get(hash: string): Definition | undefined;
}

export function openDefinitionStore(dir: string): DefinitionStore {
  const folder = join(dir, 'definitions');
  mkdirSync(folder, { recursive: true });
  const loaded = new Map<string, Definition>();
  const pathOf = (hash: string) => join(folder, `${hash}.json`);
  const load = (hash: string) => {
    try {
      return readDefinition(JSON.parse(readFileSync(pathOf(hash), 'utf8')));
    } catch {
      return undefined;
    }
  };
  const get = (hash: string) => {
    const definition = loaded.get(hash) ?? load(hash);
    if (definition) loaded.set(hash, definition);
    return definition;
  };
  return {
    get,
    add: (value) => {
      const definition = readDefinition(value);
      if (!existsSync(pathOf(definition.hash))) {
        writeFileSync(`${pathOf(definition.hash)}.new`, definition.source);
        renameSync(`${pathOf(definition.hash)}.new`, pathOf(definition.hash));
      }
      loaded.set(definition.hash, definition);
      return definition;
    },
  };
}
