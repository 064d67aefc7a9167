/**
 * Bundles the functions by esbuild; those that need the same parts in one run, which parses each module once however many functions share it.
 * Does not: type-check, or write source maps.
 */
import { join, resolve } from 'node:path';
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild';
import { type Contents, neverRepeated, otherVerbs, readyDocument, unusedDeclarations } from './left-out.ts';
import { slimSdk } from './slim-sdk.ts';

export interface Entry {
  /** The function's key in `serverless.yml`. */
  readonly key: string;
  /** Relative to the root, without its extension. */
  readonly path: string;
  /** Whether a request may come with an Idempotency-Key: it has a POST route. */
  readonly repeatable: boolean;
}

interface Bundle {
  readonly code: Buffer;
  /** How many of its bytes come from which file, by the path from the root. */
  readonly origins: Readonly<Record<string, number>>;
}

/** By the function's key, in the order of the entries. */
type Bundles = ReadonlyMap<string, Bundle>;

interface Plan {
  /** Equal for entries with equal plans. */
  readonly name: string;
  readonly plugins: () => Plugin[];
  readonly options: BuildOptions;
}

/** What is deployed: everything in one file, but for what Node has. Throws what esbuild finds wrong, with file and line. */
export const bundleAll = (
  root: string,
  entries: readonly Entry[],
  contentsOf: ReadonlyMap<string, Contents>,
): Promise<Bundles> =>
  bundled(root, entries, ({ key }) => {
    const contents = contentsOf.get(key);
    if (!contents) throw new Error(`Nobody knows what ${key} needs.`);
    const { verbs, parts, calls } = contents;
    const plugins = () => [...slimSdk(root), ...otherVerbs(contents), readyDocument(root), unusedDeclarations];
    return { name: JSON.stringify([verbs, parts, calls]), plugins, options: deployed };
  });

/** What of this repository's own code is in each bundle, readable, under a comment with each module's path. */
export async function ownCodeOf(root: string, entries: readonly Entry[]): Promise<ReadonlyMap<string, string>> {
  const code = await bundled(root, entries, () => ({
    name: 'own',
    plugins: () => [],
    options: { packages: 'external' },
  }));
  return new Map([...code].map(([key, bundle]) => [key, bundle.code.toString('utf8')]));
}

/** The code that one export of a module reaches, readable. */
export async function reachedFrom(root: string, { name, file }: { name: string; file: string }): Promise<string> {
  const stdin = { contents: `export { ${name} } from './${file}'`, resolveDir: root, loader: 'ts' as const };
  const { outputFiles } = await build({ ...common, absWorkingDir: root, stdin, write: false, packages: 'external' });
  return outputFiles[0]?.text ?? '';
}

/** A module's source as a function is bundled: to measure what a function's own code adds. */
export async function bundleSource(root: string, source: string): Promise<Buffer> {
  const stdin = { contents: source, resolveDir: root, loader: 'ts' as const };
  const options = { ...common, ...deployed, absWorkingDir: root, plugins: slimSdk(root) };
  const { outputFiles } = await build({ ...options, stdin, write: false });
  return Buffer.from(outputFiles[0]?.contents ?? []);
}

/** The SDK's CommonJS parts ask for `require`. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const deployed = { minify: true, banner: { js: banner } } satisfies BuildOptions;

const common = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  // `deployed` selects the fleet of EC2 for the import `#fleet` of package.json.
  conditions: ['deployed', 'module'],
  outExtension: { '.js': '.mjs' },
  logLevel: 'error',
} satisfies BuildOptions;

/** By what is left out of them: those that miss the same are bundled together. */
async function bundled(root: string, entries: readonly Entry[], plan: (entry: Entry) => Plan): Promise<Bundles> {
  const groups = Map.groupBy(entries, (entry) => JSON.stringify([entry.repeatable, plan(entry).name]));
  const made = new Map((await Promise.all([...groups.values()].map((group) => bundleGroup(root, group, plan)))).flat());
  return new Map(entries.flatMap(({ key }) => [...made].filter(([each]) => each === key)));
}

async function bundleGroup(
  root: string,
  group: readonly Entry[],
  plan: (entry: Entry) => Plan,
): Promise<[string, Bundle][]> {
  const [first] = group;
  if (!first) return [];
  const { options, plugins } = plan(first);
  const result = await build({
    ...common,
    absWorkingDir: root,
    entryPoints: [...new Set(group.map(({ path }) => `${path}.ts`))],
    outdir: root,
    outbase: root,
    write: false,
    metafile: true,
    plugins: [...(first.repeatable ? [] : [neverRepeated]), ...plugins()],
    ...options,
  });
  return group.map(({ key, path }) => [key, bundleOf(result, { root, path: `${path}.mjs` })]);
}

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
