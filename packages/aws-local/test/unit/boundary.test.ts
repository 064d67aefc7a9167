/** The package stands alone: its sources import Node, its own files and the dependencies that its manifest names. */
import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const specifiersIn = (file: string): string[] =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(/\b(?:from |import |import\(|require\(|resolve\()'([^'\n]+)'/g),
  ].map(([, specifier = '']) => specifier);

function isAllowed(file: string, specifier: string, packages: readonly string[]): boolean {
  if (specifier.startsWith('node:')) return true;
  if (!specifier.startsWith('.')) return packages.includes(packageOf(specifier));
  return !relative(root, resolve(root, file, '..', specifier)).startsWith('..');
}

describe('aws-local', () => {
  it.each([
    ['src', Object.keys(manifest.dependencies)],
    [
      '{test,test-support,examples}',
      [...Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }), 'aws-local'],
    ],
  ])('imports nothing from outside in %s', (folder, packages) => {
    const files = globSync(`${folder}/**/*.ts`, { cwd: root });

    const foreign = files.flatMap((file) =>
      specifiersIn(file)
        .filter((specifier) => !isAllowed(file, specifier, packages))
        .map((specifier) => `${file}: ${specifier}`),
    );

    expect(files.length).toBeGreaterThan(2);
    expect(foreign).toEqual([]);
  });
});
