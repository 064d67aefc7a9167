/** `docs/licences.md`: what is shipped with the functions that others wrote, and under which licence; read from the lock file. */
import { code, generatedFrom, page, table } from './markdown.ts';

export interface LockedPackage {
  readonly version?: string;
  /** SPDX. */
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
  readonly link?: boolean;
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

/** What the functions may be bundled from: neither what only builds and tests, nor Node itself, which is optional. */
export const shippedIn = ({ packages }: LockFile): Shipped[] =>
  Object.entries(packages)
    .filter(([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional)
    .map(([path, { version = '', license = 'unknown' }]) => ({
      name: path.split('node_modules/').at(-1) ?? '',
      version,
      licence: license,
    }))
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
