/**
 * `node scripts/bundle-cloud.ts` builds the bundle that `make start` runs: the local cloud and its functions as plain
 * JavaScript files. They load in two fifths of the sources' time and three fifths of their memory. Each part is loaded
 * when it is first needed. The packaged template is beside it. Does not type-check. The code is not minified, so that
 * stack traces have names and readable lines.
 *
 * Each build has a separate folder, and `cloud` links to the newest: a running cloud keeps the files with which it
 * started.
 */
import {
  cpSync,
  globSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, build, type Plugin, transform } from 'esbuild';
import { localTemplate } from './deploy/local-template.ts';
import { slimSdk } from './deploy/slim-sdk.ts';
import { readyConsole, readyDocument, readyPaths } from './deploy/substitutes.ts';

const root = join(import.meta.dirname, '..');
const cache = join(root, 'node_modules', '.cache', 'latchkey');
/** Number of builds to keep, 4 MB each: an older one may still run, beside edits and tests. */
const kept = 20;

/** Replaces a module by another with the same exports. */
const instead = (filter: RegExp, contents: string): Plugin => ({
  name: String(filter),
  setup: ({ onLoad }) => onLoad({ filter }, ({ path }) => ({ contents, resolveDir: dirname(path), loader: 'js' })),
});

/**
 * The parts of the encryption SDK that `packages/process-fleet` uses. Its index also loads clients of KMS and DynamoDB.
 */
const encryptionSdk = instead(
  /@aws-crypto\/client-node\/build\/main\/src\/index\.js$/,
  `import { buildDecrypt } from '@aws-crypto/decrypt-node';
   import { buildEncrypt } from '@aws-crypto/encrypt-node';
   export { AlgorithmSuiteIdentifier, CommitmentPolicy } from '@aws-crypto/material-management-node';
   export { RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from '@aws-crypto/raw-aes-keyring-node';
   export const buildClient = (policy) => ({ ...buildEncrypt(policy), ...buildDecrypt(policy) });`,
);

const replaced = [
  encryptionSdk,
  readyConsole,
  readyDocument(root),
  readyPaths,
  // The template is beside the bundle, and the bundled functions have no types to strip.
  instead(
    /scripts\/deploy\/local-template\.ts$/,
    `import { readFileSync } from 'node:fs';
     import { join } from 'node:path';
     export const localTemplate = async () => readFileSync(join(import.meta.dirname, '..', 'template.json'), 'utf8');`,
  ),
  instead(
    /lambda\/load-module\.ts$/,
    "export const loadModule = async (path) => require(path.replace(/\\.ts$/, '.js'));",
  ),
];

/** Shared parts are beside `local/main.js`, so that code that locates files relative to itself finds them. */
const options = {
  absWorkingDir: root,
  entryPoints: ['local/main.ts', ...globSync('functions/**/*.ts', { cwd: root })],
  outdir: root,
  outbase: root,
  chunkNames: 'local/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'error',
} satisfies BuildOptions;

/** esbuild splits ECMAScript modules only; Node loads CommonJS faster, and in less memory. */
const asCommonJs = async (code: string): Promise<string> => {
  // A module that uses its own URL passes it to `require`, which accepts a path as well.
  const define = { 'import.meta.dirname': '__dirname', 'import.meta.url': '__filename' };
  const shape = {
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    supported: { 'dynamic-import': false },
    define,
  } as const;
  return (await transform(code, shape)).code;
};

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function bundleInto(folder: string): Promise<void> {
  const [{ outputFiles }, template] = await Promise.all([
    build({ ...options, plugins: [...replaced, ...slimSdk(root)], write: false }),
    localTemplate(),
  ]);
  await Promise.all(
    outputFiles.map(async ({ path, text }) => write(folder, relative(root, path), await asCommonJs(text))),
  );
  write(folder, 'template.json', template);
  cpSync(join(root, 'local', 'wrappers'), join(folder, 'local', 'wrappers'), { recursive: true });
  write(folder, 'package.json', '{"type":"commonjs"}');
}

const folders = join(cache, 'clouds');
const begun = new Date();
const name = `${begun.getTime()}-${process.pid}`;
await bundleInto(join(folders, name));
// The build is dated by the start of reading the sources, so that a source that is edited meanwhile is newer.
utimesSync(join(folders, name, 'local', 'main.js'), begun, begun);
symlinkSync(join('clouds', name), join(cache, `cloud-${name}`));
renameSync(join(cache, `cloud-${name}`), join(cache, 'cloud'));
for (const old of readdirSync(folders).sort().slice(0, -kept))
  rmSync(join(folders, old), { recursive: true, force: true });
