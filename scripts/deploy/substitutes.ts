/** Modules of this repository that a deployed bundle has in another form: the same for every function. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { Plugin } from 'esbuild';
import { buildConsole } from '#console/build.ts';

/** One module instead of another; `contents` may be made of what was there. */
const instead = (name: string, filter: RegExp, contents: (text: string) => string): Plugin => ({
  name,
  setup: ({ onLoad }) => {
    onLoad({ filter }, ({ path }) => ({ contents: contents(readFileSync(path, 'utf8')), loader: 'ts' }));
  },
});

/**
 * The document of the API is made of every contract, and is the same for everybody: the function that answers it has it ready-made. A test holds
 * `docs/openapi.json` to the contracts.
 */
export const readyDocument = (root: string): Plugin =>
  instead('ready-document', /lib\/contracts\/openapi\.ts$/, () => {
    const text = JSON.stringify(JSON.parse(readFileSync(join(root, 'docs', 'openapi.json'), 'utf8')));
    return `import { brotliDecompressSync } from 'node:zlib';
      const packed = '${brotliCompressSync(text).toString('base64')}';
      export const openApiDocument = () => JSON.parse(brotliDecompressSync(Buffer.from(packed, 'base64')).toString());`;
  });

/** What a member means is for the API's document, and each such call makes the schema once more. */
const quoted = /(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/.source;
const meaning = `z\\.describe\\(\\s*${quoted},?\\s*\\)`;
const meanings = new RegExp(`\\s*\\.check\\(\\s*${meaning},?\\s*\\)|,\\s*${meaning}(?=,?\\s*\\))`, 'g');

/**
 * Contracts and settings are declarations: making a schema changes nothing. Said to esbuild, those that a function does not read are not made
 * at its start, nor in its bundle. The comment counts for the whole chain of calls behind it. None has its meaning in words.
 */
export const unusedDeclarations = instead(
  'unused-declarations',
  /lib\/(contracts\/\w+|config|edge\/listener)\.ts$/,
  (text) =>
    text
      .replaceAll(meanings, '')
      .replace(/(?<![\w.'"`/])(?=z\n?\s*\.\w+[(.]|(operation|pageOf|read|json)\(|\w+\.check\()/g, '/* @__PURE__ */ '),
);

/** The function that serves the console has its files in it. */
export const readyConsole: Plugin = {
  name: 'ready-console',
  setup: ({ onLoad }) => {
    onLoad({ filter: /lib\/wiring\/console-files\.ts$/ }, async () => ({
      contents: `export const consoleFiles = () => ${JSON.stringify(await buildConsole())};`,
      loader: 'js',
    }));
  },
};
