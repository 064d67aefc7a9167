/** Modules of this repository that deployed bundles replace, in the same way for every function. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { Plugin } from 'esbuild';
import { buildConsole } from '#console/build.ts';
import { paths } from '#lib/contracts/paths.ts';

/** Replaces a module; `contents` may depend on the original. */
const instead = (name: string, filter: RegExp, contents: (text: string) => string): Plugin => ({
  name,
  setup: ({ onLoad }) => {
    onLoad({ filter }, ({ path }) => ({ contents: contents(readFileSync(path, 'utf8')), loader: 'ts' }));
  },
});

/** The API's document, compressed. */
export const readyDocument = (root: string): Plugin =>
  instead('ready-document', /lib\/contracts\/openapi\.ts$/, () => {
    const text = JSON.stringify(JSON.parse(readFileSync(join(root, 'docs', 'openapi.json'), 'utf8')));
    return `import { brotliDecompressSync } from 'node:zlib';
      const packed = '${brotliCompressSync(text).toString('base64')}';
      export const openApiDocument = () => JSON.parse(brotliDecompressSync(Buffer.from(packed, 'base64')).toString());`;
  });

/** The list of the API's paths, without the document that it comes from. */
export const readyPaths = instead(
  'ready-paths',
  /lib\/contracts\/paths\.ts$/,
  () => `export const paths = ${JSON.stringify(paths)};`,
);

/** Descriptions of members are for the API's document, and each such call copies the schema. */
const quoted = /(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`)/.source;
const meaning = `z\\.describe\\(\\s*${quoted},?\\s*\\)`;
const meanings = new RegExp(`\\s*\\.check\\(\\s*${meaning},?\\s*\\)|,\\s*${meaning}(?=,?\\s*\\))`, 'g');

/**
 * Contracts, events and settings are declarations: creating a schema has no side effect. With this annotation, esbuild
 * removes the schemas that a function does not read. The comment applies to the whole chain of calls after it. The
 * descriptions are removed already.
 */
export const unusedDeclarations = instead(
  'unused-declarations',
  /lib\/(contracts\/[\w-]+|model\/([\w-]+-)?event(s|-proofs)|config|edge\/listener)\.ts$/,
  (text) =>
    text
      .replaceAll(meanings, '')
      .replace(
        /(?<![\w.'"`/])(?=z\n?\s*\.\w+[(.]|(operation|pageOf|read|json|lazily|lazy\w*Object)\(|\w+\.check\()/g,
        '/* @__PURE__ */ ',
      ),
);

/** The function that serves the console contains its files. */
export const readyConsole: Plugin = {
  name: 'ready-console',
  setup: ({ onLoad }) => {
    onLoad({ filter: /lib\/wiring\/console-files\.ts$/ }, async () => ({
      contents: `export const consoleFiles = () => ${JSON.stringify(await buildConsole())};`,
      loader: 'js',
    }));
  },
};
