/**
 * `docs/licences.md`: the third-party packages that are shipped with the functions, and their licences, from the lock
 * file.
 */
import { code, generatedFrom, page, prose, table } from './markdown.ts';

export interface LockedPackage {
  readonly version?: string;
  /** SPDX. */
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
  /** Set for a workspace of this repository; `resolved` is then its folder. */
  readonly link?: boolean;
  readonly resolved?: string;
}

export interface LockFile {
  /** By path; the root's path is empty. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface Shipped {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

/**
 * The paths of the packages that the functions may be bundled from: those that the root's `dependencies` lead to.
 * npm's `dev` flag cannot tell them, since it counts the dependencies of a workspace as shipped.
 */
export function shippedPathsIn({ packages }: LockFile): string[] {
  const reached = new Set(['']);
  // The iteration also visits the paths that are added during it.
  for (const path of reached)
    for (const name of Object.keys(packages[path]?.dependencies ?? {}))
      reached.add(folderOf(packages, locate(packages, path, name)));
  return [...reached].filter((path) => path.includes('node_modules/'));
}

/** The path itself, or a workspace's folder. */
const folderOf = (packages: LockFile['packages'], path: string): string => {
  const { link, resolved } = packages[path] ?? {};
  return link && resolved ? resolved : path;
};

/** Node's module resolution: from the folder of the package outwards. */
function locate(packages: LockFile['packages'], from: string, name: string): string {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (packages[path]) return path;
  if (from === '') throw new Error(`package-lock.json does not hold ${name}`);
  return locate(packages, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name);
}

export const shippedIn = (lock: LockFile): Shipped[] =>
  shippedPathsIn(lock)
    .map((path) => {
      const { version = '', license = 'unknown' } = lock.packages[path] ?? {};
      return { name: path.split('node_modules/').at(-1) ?? '', version, licence: license };
    })
    .sort((one, other) => compare(`${one.name} ${one.version}`, `${other.name} ${other.version}`));

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/**
 * Permissive licences: they require only that their text and their copyright notices are kept, which is compatible with
 * Apache 2.0.
 */
export const allowed: readonly string[] = [
  'Apache-2.0',
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
];

export function licencesPage(lock: LockFile): string {
  const shipped = shippedIn(lock);
  const groups = [...Map.groupBy(shipped, ({ licence }) => licence)].sort(([one], [other]) => compare(one, other));
  return page(
    '# Licences',
    generatedFrom(code('package-lock.json')),
    prose(
      `Latchkey is under Apache 2.0. Its functions are bundled from ${shipped.length} third-party packages, all of them
      under permissive licences: ${groups.map(([licence, its]) => `${licence} (${its.length})`).join(', ')}. A test
      refuses any licence other than ${allowed.join(', ')}. Packages that only build and test are not shipped and not
      listed; [dependencies.md](dependencies.md) says what each direct dependency is for.`,
    ),
    table(
      ['Package', 'Version', 'Licence'],
      shipped.map(({ name, version, licence }) => [code(name), version, licence]),
    ),
  );
}
