/** Third-party packages are pinned, hashed, and under permitted licences. */
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { allowed, type LockFile, shippedIn, shippedPathsIn } from '../../../scripts/documents/licences.ts';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const lock = JSON.parse(read('package-lock.json')) as LockFile;
const packages = Object.entries(lock.packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);
const shipped = shippedIn(lock);

describe('third-party packages', () => {
  it.each(['dependencies', 'devDependencies', 'optionalDependencies'])(
    'is pinned to one version each in %s',
    (part) => {
      const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
      const versions = Object.entries(manifest[part] ?? {});

      expect(versions.length).toBeGreaterThan(3);
      for (const [name, version] of versions)
        expect([name, version]).toEqual([name, expect.stringMatching(/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+$/)]);
    },
  );

  it('is pinned to one version each in the workspaces', () => {
    const manifests = globSync('packages/*/package.json', { cwd: root })
      .map(read)
      .map((text) => JSON.parse(text));

    expect(manifests.length).toBeGreaterThan(0);
    for (const { dependencies = {}, devDependencies = {} } of manifests)
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
        expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
  });

  it('is pinned to one version each for Python', () => {
    const files = globSync('scripts/python-tools/*.txt', { cwd: root });
    expect(files.length).toBeGreaterThan(3);

    const lines = files.flatMap((file) => read(file).trim().split('\n'));
    for (const line of lines.filter((each) => !each.startsWith('#')))
      expect(line).toMatch(/^[\w-]+(\[\w+\])?==\d+(\.\d+)+$/);
  });

  it('is locked with a hash', () => {
    expect(packages.length).toBeGreaterThan(500);
    for (const [path, { integrity }] of packages)
      expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-/)]);
  });

  it('runs nothing of its own when it is installed', () => {
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
    const running = shippedPathsIn(lock).filter((path) => lock.packages[path]?.hasInstallScript);
    expect(running).toEqual([]);
  });
});

describe('shipped third-party packages', () => {
  it('is known, down to the last package', () => {
    expect(shipped.length).toBeGreaterThan(30);
    const direct = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    expect(shipped.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(direct.dependencies)));
  });

  it.each(shipped.map(({ name, version, licence }) => [`${name} ${version}`, licence]))(
    '%s may be shipped under %s',
    (_, licence) => {
      expect(allowed).toContain(licence);
    },
  );
});
