/**
 * Builds the console into files that can be served as they are: names with a hash of the content, compressed with
 * brotli. `node console/build.ts` writes them; the packaging and the local cloud take them from here.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import { accents, dark, light, mono, sans } from '#lib/design-tokens.ts';

export interface BuiltFile {
  /** Below `/console/`. */
  readonly name: string;
  readonly type: string;
  /** The content never changes under this name. */
  readonly isImmutable: boolean;
  /** In base64. */
  readonly brotli: string;
}

const root = join(import.meta.dirname, '..');
const folder = join(root, 'node_modules', '.cache', 'latchkey', 'console');
export const builtFile = join(folder, 'files.json');

/** The budget of the whole console, compressed. */
export const mostBytes = 45 * 1024;

/**
 * Colours of the console alone: the edge of a control has 3:1 on paper (WCAG 2.2, 1.4.11), and grey is a state of its
 * own.
 */
const own = {
  light: { edge: '#868fa0', grey: '#7c8596' },
  dark: { edge: '#6f7a8d', grey: '#8d97a8' },
};

const variables = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `--${name}:${value};`)
    .join('');

function tokens(): string {
  const tones = Object.entries(accents);
  const lightTones = Object.fromEntries(
    tones.flatMap(([name, a]) => [
      [name, a.strong],
      [`${name}-soft`, a.soft],
    ]),
  );
  const darkTones = Object.fromEntries(
    tones.flatMap(([name, a]) => [
      [name, a.darkStrong],
      [`${name}-soft`, a.darkSoft],
    ]),
  );
  const inLight = { ...light, ...own.light, ...lightTones, sans, mono };
  // In the dark the console's paper is the mails' page: one ground, without cards.
  const inDark = { ...dark, ...own.dark, ...darkTones, paper: dark.page, soft: dark.paper };
  return `:root{${variables(inLight)}}@media (prefers-color-scheme:dark){:root{${variables(inDark)}}}`;
}

/** In the order of the cascade. */
const sheets = ['base', 'frame', 'controls', 'states', 'lists', 'pictures', 'dialogs', 'narrow'];

async function compiled(): Promise<{ script: string; style: string }> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['console/main.tsx'],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    minify: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'error',
  });
  const css = [
    tokens(),
    ...sheets.map((name) => readFileSync(join(root, 'console', 'styles', `${name}.css`), 'utf8')),
  ].join('\n');
  const style = await build({ stdin: { contents: css, loader: 'css' }, minify: true, write: false, logLevel: 'error' });
  return { script: outputFiles[0]?.text ?? '', style: style.outputFiles[0]?.text ?? '' };
}

const hashed = (stem: string, extension: string, text: string): string =>
  `assets/${stem}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.${extension}`;

function file(name: string, type: string, text: string): BuiltFile {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
  const brotli = brotliCompressSync(text, { params }).toString('base64');
  return { name, type, isImmutable: name.startsWith('assets/'), brotli };
}

export const sizeOf = (files: readonly BuiltFile[]): number =>
  files.reduce((sum, { brotli }) => sum + Buffer.byteLength(brotli, 'base64'), 0);

/** Throws if the files are larger than the budget. */
export async function buildConsole(): Promise<BuiltFile[]> {
  const { script, style } = await compiled();
  const [scriptName, styleName] = [hashed('console', 'js', script), hashed('console', 'css', style)];
  const html = readFileSync(join(root, 'console', 'index.html'), 'utf8')
    .replace('{{script}}', `/console/${scriptName}`)
    .replace('{{style}}', `/console/${styleName}`)
    .replace(/\n\s*/g, '\n');
  const files = [
    file('index.html', 'text/html; charset=utf-8', html),
    file(scriptName, 'text/javascript; charset=utf-8', script),
    file(styleName, 'text/css; charset=utf-8', style),
  ];
  const bytes = sizeOf(files);
  if (bytes > mostBytes) throw new Error(`The console has ${bytes} bytes compressed; the budget is ${mostBytes}.`);
  return files;
}

/** Writes the files where functions that run from the sources find them. */
export async function writeConsole(): Promise<BuiltFile[]> {
  const files = await buildConsole();
  mkdirSync(folder, { recursive: true });
  const draft = `${builtFile}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(files));
  rmSync(builtFile, { force: true });
  renameSync(draft, builtFile);
  return files;
}

async function printConsole(): Promise<void> {
  const files = await writeConsole();
  for (const { name, brotli } of files) console.log(`${name} ${Buffer.byteLength(brotli, 'base64')} bytes`);
  console.log(`${sizeOf(files)} of ${mostBytes} bytes, compressed`);
}

// No top-level await: the packaging loads this module by `require`.
if (import.meta.main) void printConsole();
