/**
 * Bundles all functions by one run of esbuild, which parses each module once however many functions share it.
 * Does not: type-check, or write source maps.
 */
import { join, relative, resolve } from 'node:path';
import { type BuildOptions, build, type OutputFile, type Plugin } from 'esbuild';

export interface Entry {
  /** The function's key in `serverless.yml`. */
  readonly key: string;
  /** Relative to the root, without its extension. */
  readonly path: string;
  /** Whether a request may come with an Idempotency-Key: it has a POST route. */
  readonly repeatable: boolean;
}

/** By the function's key. */
type Bundles = ReadonlyMap<string, Buffer>;

/** What is deployed: everything in one file, but for what Node has. Throws what esbuild finds wrong, with file and line. */
export const bundleAll = (root: string, entries: readonly Entry[]): Promise<Bundles> =>
  bundled(root, entries, { minify: true, banner: { js: banner } });

/** What of this repository's own code is in each bundle, readable, under a comment with each module's path. */
export async function ownCodeOf(root: string, entries: readonly Entry[]): Promise<ReadonlyMap<string, string>> {
  const code = await bundled(root, entries, { packages: 'external' });
  return new Map([...code].map(([key, bytes]) => [key, bytes.toString('utf8')]));
}

/** The code that one export of a module reaches, readable. */
export async function reachedFrom(root: string, { name, file }: { name: string; file: string }): Promise<string> {
  const stdin = { contents: `export { ${name} } from './${file}'`, resolveDir: root, loader: 'ts' as const };
  const { outputFiles } = await build({ ...common, absWorkingDir: root, stdin, write: false, packages: 'external' });
  return outputFiles[0]?.text ?? '';
}

/** The SDK's CommonJS parts ask for `require`. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const common = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  // The process fleet is for one machine; it never reaches a deployed bundle.
  external: ['./process/fleet-of-deployment.ts'],
  logLevel: 'error',
} satisfies BuildOptions;

async function bundled(root: string, entries: readonly Entry[], options: BuildOptions): Promise<Bundles> {
  const groups = [true, false].map((repeatable) => entries.filter((entry) => entry.repeatable === repeatable));
  const made = await Promise.all(groups.map((group) => bundleGroup(root, group, options)));
  return new Map(made.flat());
}

async function bundleGroup(root: string, group: readonly Entry[], options: BuildOptions): Promise<[string, Buffer][]> {
  if (group.length === 0) return [];
  const { outputFiles = [] } = await build({
    ...common,
    absWorkingDir: root,
    entryPoints: [...new Set(group.map(({ path }) => `${path}.ts`))],
    outdir: root,
    outbase: root,
    write: false,
    plugins: group[0]?.repeatable ? [] : [neverRepeated],
    ...options,
  });
  return group.map(({ key, path }) => [key, contentOf(outputFiles, join(root, `${path}.mjs`))]);
}

function contentOf(files: readonly OutputFile[], path: string): Buffer {
  const file = files.find((each) => resolve(each.path) === resolve(path));
  if (!file) throw new Error(`esbuild made nothing of ${relative('.', path)}`);
  return Buffer.from(file.contents);
}

/** What is kept under an Idempotency-Key is for POST. A function without one has no use for it, nor for the rights to write it. */
const neverRepeated: Plugin = {
  name: 'never-repeated',
  setup: ({ onLoad }) => {
    onLoad({ filter: /lib\/edge\/idempotency\.ts$/ }, () => ({
      contents: "export const onlyOnce = () => { throw new Error('This function has no POST route.'); };",
    }));
  },
};
