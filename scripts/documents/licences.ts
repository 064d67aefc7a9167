/** `docs/licences.md`: what is shipped with the functions that others wrote, and under which licence; read from the lock file. */
import { code, generatedFrom, page, table } from './markdown.ts';

export interface LockedPackage {
  readonly version?: string;
  /** SPDX. */
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
  /** Set for a workspace, which is this repository's own; `resolved` is its folder then. */
  readonly link?: boolean;
  readonly resolved?: string;
}

export interface LockFile {
  /** By their path; the root's is empty. */
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

/** Node's own search: from the folder of the package outwards. */
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

/** Permissive ones: they ask for their text and their names to be kept, which suits a work under Apache 2.0. None of them asks for source. */
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
    `Latchkey is under Apache 2.0. Its functions are bundled from ${shipped.length} packages of others, all of them under permissive licences: ${groups.map(([licence, its]) => `${licence} (${its.length})`).join(', ')}.\nA test refuses any other licence than ${allowed.join(', ')}. What only builds and tests is not shipped, and not listed; [dependencies.md](dependencies.md) says why each direct dependency is there.`,
    table(
      ['Package', 'Version', 'Licence'],
      shipped.map(({ name, version, licence }) => [code(name), version, licence]),
    ),
  );
}
