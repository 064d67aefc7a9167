/**
 * Bundles the functions with esbuild, in one run, which parses each module once for all functions that share it. Does
 * not type-check, or write source maps.
 */
import { join, resolve } from 'node:path';
import { type BuildOptions, type BuildResult, build } from 'esbuild';
import { slimSdk } from './slim-sdk.ts';
import { readyConsole, readyDocument, readyPaths, unusedDeclarations } from './substitutes.ts';

export interface Entry {
  /** The function's key in `serverless.yml`. */
  readonly key: string;
  /** Relative to the root, without its extension. */
  readonly path: string;
}

interface Bundle {
  readonly code: Buffer;
  /** The number of its bytes per file, by path from the root. */
  readonly origins: Readonly<Record<string, number>>;
}

/** By the function's key, in the order of the entries. */
type Bundles = ReadonlyMap<string, Bundle>;

/**
 * The deployed code: everything in one file, except Node's own modules. Throws esbuild's errors, with file and line.
 */
export async function bundleAll(root: string, entries: readonly Entry[]): Promise<Bundles> {
  const result = await build({
    ...common,
    ...deployed,
    absWorkingDir: root,
    entryPoints: [...new Set(entries.map(({ path }) => `${path}.ts`))],
    outdir: root,
    outbase: root,
    write: false,
    metafile: true,
    plugins: [...slimSdk(root), readyDocument(root), readyPaths, readyConsole, unusedDeclarations],
  });
  return new Map(entries.map(({ key, path }) => [key, bundleOf(result, { root, path: `${path}.mjs` })]));
}

/** A module's source as it is bundled, to measure the size of a function's own code. */
export async function bundleSource(root: string, source: string): Promise<Buffer> {
  const stdin = { contents: source, resolveDir: root, loader: 'ts' as const };
  const options = { ...common, ...deployed, absWorkingDir: root, plugins: slimSdk(root) };
  const { outputFiles } = await build({ ...options, stdin, write: false });
  return Buffer.from(outputFiles[0]?.contents ?? []);
}

/** The SDK's CommonJS parts use `require`. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const deployed = { minify: true, banner: { js: banner } } satisfies BuildOptions;

const common = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  // `deployed` selects what a deployment has for the imports `#fleet` and `#app-runner` of package.json.
  conditions: ['deployed', 'module'],
  outExtension: { '.js': '.mjs' },
  logLevel: 'error',
} satisfies BuildOptions;

function bundleOf({ outputFiles = [], metafile }: BuildResult, { root, path }: { root: string; path: string }): Bundle {
  const file = outputFiles.find((each) => resolve(each.path) === join(root, path));
  const output = metafile?.outputs[path];
  if (!file || !output) throw new Error(`esbuild made nothing of ${path}`);
  return {
    code: Buffer.from(file.contents),
    origins: Object.fromEntries(
      Object.entries(output.inputs).map(([from, { bytesInOutput }]) => [from, bytesInOutput]),
    ),
  };
}
