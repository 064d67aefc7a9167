/**
 * `npm run sbom`: the third-party packages that are shipped, as CycloneDX, in `.sbom/`. npm lists all locked packages.
 * Its own `--omit dev` would also drop a shipped package that a tool uses too, so this program removes the packages
 * that only build and test. Throws when a shipped package is missing.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type LockFile, shippedIn } from './documents/licences.ts';

interface Bom {
  readonly metadata: { readonly component: { readonly 'bom-ref': string } };
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const root = resolve(import.meta.dirname, '..');
const npm = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
const all = JSON.parse(execFileSync('npm', npm, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })) as Bom;
const shipped = new Set(
  shippedIn(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile).map(
    ({ name, version }) => `${name}@${version}`,
  ),
);

const components = all.components.filter((component) => shipped.has(component['bom-ref']));
const missing = [...shipped].filter((ref) => !components.some((component) => component['bom-ref'] === ref));
if (missing.length > 0) throw new Error(`The list lacks ${missing.join(', ')}.`);
const known = new Set([...shipped, all.metadata.component['bom-ref']]);
const dependencies = all.dependencies
  .filter(({ ref }) => known.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => shipped.has(each)) }));

const file = join(root, '.sbom', 'latchkey.cdx.json');
mkdirSync(join(root, '.sbom'), { recursive: true });
writeFileSync(file, `${JSON.stringify({ ...all, components, dependencies }, null, 2)}\n`);
process.stdout.write(`${components.length} components in .sbom/latchkey.cdx.json\n`);
