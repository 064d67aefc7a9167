/**
 * What AWS's SDK and zod carry along that no function of ours runs, left out of the bundles; see docs/design/013-small-bundles.md. A package that
 * changes what a plugin looks for ends the build: nothing is left out, or kept, unseen.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Loader, Plugin } from 'esbuild';

interface Rewriting {
  readonly filter: RegExp;
  readonly rewrite: (text: string, path: string) => string;
  readonly loader?: Loader;
}

const rewriting = (name: string, { filter, rewrite, loader = 'js' }: Rewriting): Plugin => ({
  name,
  setup: ({ onLoad }) => onLoad({ filter }, ({ path }) => ({ contents: rewrite(readFileSync(path, 'utf8'), path), loader })),
});

/** Throws when the pattern is not there. */
function replaced(text: string, pattern: RegExp, by: string): string {
  if (!pattern.test(text)) throw new Error(`There is no ${pattern} left to replace: look at scripts/deploy/slim-sdk.ts again.`);
  return text.replace(pattern, by);
}

/** Names that this repository's code imports from AWS's clients. */
function importedFromClients(root: string): Set<string> {
  const texts = globSync('lib/**/*.ts', { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));
  const lists = texts.flatMap((text) => [...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\//g)]);
  return new Set(lists.flatMap(([, names = '']) => names.split(',').map((name) => name.trim())));
}

/**
 * A client's schemas: `{ [_xN]: … }` with a constant of the same file is `{ "xmlName": … }`, which esbuild knows to have no effect, so that it
 * drops the schemas of operations that nobody sends. Of the errors those stay that the code asks for by `instanceof`, and those that say whether
 * to try again; any other comes as the service's base class, with the same name and message.
 */
const schemas = (root: string): Plugin => {
  const wanted = importedFromClients(root);
  return rewriting('schemas', {
    filter: /@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/schemas_0\.js$/,
    rewrite: (text, path) => {
      const models = join(path, '..', '..', 'models', 'errors.js');
      const keeps = (name: string): boolean => name.endsWith('ServiceException') || wanted.has(name) || saysWhetherToRetry(models, name);
      const constants = new Map([...text.matchAll(/^const (_\w+) = (".*");$/gm)].map(([, name = '', value = '']) => [name, value]));
      return text
        .replace(/\[(_\w+)\]:/g, (all, name: string) => (constants.has(name) ? `${constants.get(name)}:` : all))
        .replace(/^\w+_registry\.registerError\(\w+\$, (\w+)\);$/gm, (all, name: string) => (keeps(name) ? all : ''));
    },
  });
};

function saysWhetherToRetry(models: string, name: string): boolean {
  const [, body = ''] = readFileSync(models, 'utf8').split(`export class ${name} `);
  return body.split('\nexport class')[0]?.includes('$retryable') ?? false;
}

/** Lambda gives a function its role's credentials in the environment, and nowhere else. */
const environmentCredentials: Plugin = {
  name: 'environment-credentials',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ resolveDir }) => ({
      path: 'environment',
      namespace: 'credentials',
      pluginData: resolveDir,
      sideEffects: false,
    }));
    onLoad({ filter: /.*/, namespace: 'credentials' }, ({ pluginData }) => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      resolveDir: pluginData,
    }));
  },
};

/** No operation that we send has an event stream. */
const eventStreams = rewriting('event-streams', {
  filter: /@smithy\/core\/dist-es\/submodules\/protocols\/HttpProtocol\.js$/,
  rewrite: (text) =>
    replaced(
      text,
      /const \{ EventStreamSerde, eventStreamSerdeProvider \} = await import\("@smithy\/core\/event-streams"\);/,
      `const EventStreamSerde = class {}, eventStreamSerdeProvider = null;
       throw new Error('Event streams are left out of the bundles: scripts/deploy/slim-sdk.ts');`,
    ),
});

/** Of a client's package.json its version is told to AWS. */
const versions = rewriting('versions', {
  filter: /@aws-sdk\/client-[\w-]+\/package\.json$/,
  rewrite: (text) => JSON.stringify({ version: JSON.parse(text).version }),
  loader: 'json',
});

/** DynamoDB has endpoint discovery, switched off unless a setting asks for it; ours doesn't. */
const endpointDiscovery = rewriting('endpoint-discovery', {
  filter: /@aws-sdk\/middleware-endpoint-discovery\/dist-es\/resolveEndpointDiscoveryConfig\.js$/,
  rewrite: () =>
    'export const resolveEndpointDiscoveryConfig = (input) => Object.assign(input, { endpointDiscoveryEnabled: async () => false });',
});

/** Signing for several regions at once (SigV4a) needs packages that we don't have; what is left is SigV4, which is all that is used. */
const oneRegion = rewriting('one-region', {
  filter: /@aws-sdk\/signature-v4-multi-region\/dist-es\/SignatureV4MultiRegion\.js$/,
  rewrite: () => `import { SignatureV4SignWithCredentials } from './SignatureV4SignWithCredentials';
    export class SignatureV4MultiRegion extends SignatureV4SignWithCredentials { static sigv4aDependency() { return 'none'; } }`,
});

/** Only one function describes its schemas as JSON Schema; for the others zod's part for that is a refusal. */
const jsonSchema = rewriting('json-schema', {
  filter: /zod\/v4\/core\/(json-schema-processors|to-json-schema)\.js$/,
  rewrite: (text) => {
    const names = [...text.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => `refused as ${name}`);
    return `const refused = () => () => { throw new Error('zod describes nothing here: scripts/deploy/slim-sdk.ts'); };
      export { ${names.join(', ')} };`;
  },
});

/** `root` is the repository's folder. */
export const slimSdk = (root: string, { describesSchemas }: { describesSchemas: boolean }): Plugin[] => [
  schemas(root),
  environmentCredentials,
  eventStreams,
  versions,
  endpointDiscovery,
  oneRegion,
  ...(describesSchemas ? [] : [jsonSchema]),
];
