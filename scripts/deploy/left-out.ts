/** What one function has no use for, left out of its bundle: by what its own code does, as `adapter-use.ts` reads it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { Plugin } from 'esbuild';

/** Of the EC2 fleet's driver, besides `machines`, which every verb needs. */
export type FleetPart = 'commands' | 'transfers' | 'checkKey';

export interface Contents {
  /** The fleet's verbs that it may call. */
  readonly verbs: readonly string[];
  /** What those verbs work with. */
  readonly parts: readonly FleetPart[];
  /** Calls that they make, by their names in `lib/aws/ec2.ts`, `ssm.ts` and `backup-transfers.ts`. */
  readonly calls: readonly string[];
}

/** One module instead of another; `contents` may be made of what was there. */
const instead = (name: string, filter: RegExp, contents: (text: string) => string): Plugin => ({
  name,
  setup: ({ onLoad }) => {
    onLoad({ filter }, ({ path }) => ({ contents: contents(readFileSync(path, 'utf8')), loader: 'ts' }));
  },
});

/** What is kept under an Idempotency-Key is for POST. A function without one has no use for it, nor for the rights to write it. */
export const neverRepeated = instead(
  'never-repeated',
  /lib\/edge\/idempotency\.ts$/,
  () => "export const onlyOnce = () => { throw new Error('This function has no POST route.'); };",
);

const parts: Readonly<Record<FleetPart, { readonly file: RegExp; readonly contents: string }>> = {
  transfers: { file: /lib\/aws\/backup-transfers\.ts$/, contents: 'export const transfers = () => ({});' },
  commands: { file: /lib\/aws\/ssm\.ts$/, contents: 'export const commands = () => ({});' },
  checkKey: {
    file: /lib\/fleet\/ec2\/check-key\.ts$/,
    contents:
      "export const checkKey = () => { throw new Error('This function checks no key.'); };\nexport const volumeFix = checkKey;",
  },
};

const noFleet = instead(
  'no-fleet',
  /lib\/wiring\/ec2-fleet\.ts$/,
  () => `export const fleet = () => { throw new Error('This function has no use for the fleet.'); };
    export const serviceGrants = () => true;`,
);

/** Of an adapter's record of calls, a name in each line, those that are made. */
const otherCalls = (name: string, filter: RegExp, calls: readonly string[]): Plugin =>
  instead(name, filter, (text) =>
    text.replace(/(?<=export const \w+ = \(\): \w+ => \(\{\n)[^}]+(?=\}\);\n)/, (names) =>
      names
        .split('\n')
        .filter((line) => calls.includes(line.trim().replace(',', '')))
        .join('\n'),
    ),
  );

/** A verb that a function doesn't call refuses; what nothing else reaches then isn't there. */
export const otherVerbs = ({ verbs, parts: used, calls }: Contents): Plugin[] => [
  ...(verbs.length === 0 ? [noFleet] : []),
  ...(used.includes('transfers') ? [otherCalls('other-transfers', /lib\/aws\/backup-transfers\.ts$/, calls)] : []),
  otherCalls('other-machines', /lib\/aws\/ec2\.ts$/, calls),
  instead(
    'other-verbs',
    /lib\/fleet\/ec2\/verbs\.ts$/,
    (text) =>
      text.replace(/^ {2}(\w+): \(.*,$/gm, (line, verb: string) =>
        verbs.includes(verb) ? line : `  ${verb}: () => leftOut('${verb}'),`,
      ) +
      "\nfunction leftOut(verb: string): never { throw new Error(`${verb} is left out of this function's bundle.`); }\n",
  ),
  ...(Object.keys(parts) as FleetPart[])
    .filter((part) => !used.includes(part))
    .map((part) => instead(`no-${part}`, parts[part].file, () => parts[part].contents)),
];

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
