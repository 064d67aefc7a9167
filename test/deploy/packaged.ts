/** The template that `scripts/deploy/test.sh` packaged, and its resources by type. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

const file = join(import.meta.dirname, '..', '..', '.package', 'cloudformation-template-update-stack.json');

export const templateText = readFileSync(file, 'utf8');
export const { Resources: resources } = JSON.parse(templateText) as { Resources: Readonly<Record<string, Resource>> };

/** Resources of a type, by their names in the template. At least one. */
export function all(type: string): [string, Resource][] {
  const found = Object.entries(resources).filter(([, { Type }]) => Type === type);
  if (found.length === 0) throw new Error(`The template has no ${type}.`);
  return found;
}
export const namesOf = (found: readonly [string, Resource][]) => found.map(([name]) => name);
