/**
 * Removes parts of AWS's SDK that no function runs from the bundles; see docs/design/013-small-bundles.md. A removed
 * part that is used after all refuses by name.
 */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Loader, Plugin } from 'esbuild';
import { asModule, type Rules, untoldRegions, withoutUnusedWays } from './endpoint-rules.ts';
import { withUsedMembers } from './slim-shapes.ts';

interface Rewriting {
  readonly filter: RegExp;
  readonly rewrite: (text: string, path: string) => string | Promise<string>;
  readonly loader?: Loader;
}

const rewriting = (name: string, { filter, rewrite, loader = 'js' }: Rewriting): Plugin => ({
  name,
  setup: ({ onLoad }) =>
    onLoad({ filter }, async ({ path }) => ({ contents: await rewrite(readFileSync(path, 'utf8'), path), loader })),
});

/** Replaces a module of a package. */
const module = (name: string, { filter, contents }: { filter: RegExp; contents: string }): Plugin => ({
  name,
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter }, ({ resolveDir }) => ({
      path: name,
      namespace: name,
      pluginData: resolveDir,
      sideEffects: false,
    }));
    onLoad({ filter: /.*/, namespace: name }, ({ pluginData }) => ({ contents, resolveDir: pluginData }));
  },
});

const ownTexts = (root: string): string[] =>
  globSync('{lib,packages/*/src}/**/*.ts', { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));

/** Names that this repository's code imports from AWS's clients. */
function importedFromClients(texts: readonly string[]): Set<string> {
  const lists = texts.flatMap((text) => [...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\//g)]);
  return new Set(lists.flatMap(([, names = '']) => names.split(',').map((name) => name.trim())));
}

/**
 * A client's schemas: `{ [_xN]: … }` with a constant of the same file becomes `{ "xmlName": … }`, which esbuild knows
 * to have no side effect, so that it drops the schemas of operations that are never sent. The errors that the code uses
 * with `instanceof` remain, and those that determine whether to retry; any other error is the service's base class,
 * with the same name and message.
 */
const schemas = (root: string): Plugin => {
  const texts = ownTexts(root);
  const wanted = importedFromClients(texts);
  return rewriting('schemas', {
    filter: /@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/schemas_0\.js$/,
    rewrite: (text, path) => {
      const models = join(path, '..', '..', 'models', 'errors.js');
      const keeps = (name: string): boolean =>
        name.endsWith('ServiceException') || wanted.has(name) || saysWhetherToRetry(models, name);
      const constants = new Map(
        [...text.matchAll(/^const (_\w+) = (".*");$/gm)].map(([, name = '', value = '']) => [name, value]),
      );
      return withUsedMembers(text, constants)
        .replace(/\[(_\w+)\]:/g, (all, name: string) => (constants.has(name) ? `${constants.get(name)}:` : all))
        .replace(/^\w+_registry\.registerError\(\w+\$, (\w+)\);$/gm, (all, name: string) => (keeps(name) ? all : ''));
    },
  });
};

function saysWhetherToRetry(models: string, name: string): boolean {
  const [, body = ''] = readFileSync(models, 'utf8').split(`export class ${name} `);
  return body.split('\nexport class')[0]?.includes('$retryable') ?? false;
}

const endpointRules = rewriting('endpoint-rules', {
  filter: /@aws-sdk\/client-[\w-]+\/dist-es\/endpoint\/bdd\.js$/,
  rewrite: async (_text, path) => {
    const { bdd } = (await import(pathToFileURL(path).href)) as { bdd: Rules };
    return asModule(withoutUnusedWays(bdd));
  },
});

const partitions = rewriting('partitions', {
  filter: /util-endpoints\/lib\/aws\/partitions\.js$/,
  rewrite: untoldRegions,
});

/** Lambda provides a role's credentials in the environment only. */
const environmentCredentials = module('environment-credentials', {
  filter: /^@aws-sdk\/credential-provider-node$/,
  contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
});

/** The body of a function that is left out. */
const refusal = (subject: string) =>
  `{ throw new Error('${subject} left out of the bundles: scripts/deploy/slim-sdk.ts'); }`;

/** No operation that is sent has an event stream. S3's client reads their settings at its creation in any case. */
const eventStreams = module('event-streams', {
  filter: /^@smithy\/core\/event-streams$/,
  contents: `const refused = () => ${refusal('Event streams are')};
    export const resolveEventStreamSerdeConfig = (config) => config;
    export { refused as eventStreamSerdeProvider, refused as EventStreamSerde };`,
});

/** Headers of messages in event streams. */
const messageHeaders = rewriting('message-headers', {
  filter: /@smithy\/signature-v4\/dist-es\/HeaderFormatter\.js$/,
  rewrite: () => `export class HeaderFormatter {
    format() ${refusal('Event streams are')} }`,
});

/** Creating a paginator has no side effect, so esbuild removes unused ones, and their commands. */
const paginators = rewriting('paginators', {
  filter: /@aws-sdk\/(client|lib)-[\w-]+\/dist-es\/pagination\/\w+Paginator\.js$/,
  rewrite: (text) => text.replace('= createPaginator(', '= /* @__PURE__ */ createPaginator('),
});

/** Streams of browsers: Node's HTTP handler returns Node's streams only. */
const browserStreams = rewriting('browser-streams', {
  filter: /util-stream\/(sdk-stream-mixin|checksum\/createChecksumStream)\.browser\.js$/,
  rewrite: (_text, path) => {
    const name = path.includes('mixin') ? 'sdkStreamMixin' : 'createChecksumStream';
    return `export const ${name} = () => ${refusal(`${name} of browsers is`)};`;
  },
});

/** Sessions of S3 Express: its buckets are directory buckets, and the backups' bucket is none. */
const expressSessions = rewriting('express-sessions', {
  filter: /middleware-s3-express\/classes\/S3ExpressIdentityProviderImpl\.js$/,
  rewrite: () => `export class S3ExpressIdentityProviderImpl {
    getS3ExpressIdentity() { throw new Error('S3 Express is left out of the bundles: scripts/deploy/slim-sdk.ts'); } }`,
});

/** Lambda provides the Region in the environment. */
const metadataRegion = rewriting('metadata-region', {
  filter: /regionConfig\/getInstanceMetadataRegion\.js$/,
  rewrite: () => 'export const getInstanceMetadataRegion = async () => undefined;',
});

/** Lambda has no configuration files. Each setting of a client is read from the environment, or is its default. */
const settingsFiles = rewriting('settings-files', {
  filter: /node-config-provider\/configLoader\.js$/,
  rewrite: (text) => text.replace('fromSharedConfigFiles(configFileSelector, configuration), ', ''),
});

/** Extensions of a client may replace its settings. No client is created with one, and their interface is removed. */
const extensions = rewriting('extensions', {
  filter: /@aws-sdk\/client-[\w-]+\/dist-es\/runtimeExtensions\.js$/,
  rewrite: (text) =>
    text.replace(
      /const extensionConfiguration = [^;]*;\s*extensions\.forEach[^;]*;\s*return [^;]*;/,
      `if (extensions.length > 0) throw new Error('Extensions are left out of the bundles: scripts/deploy/slim-sdk.ts');
      getHttpHandlerExtensionConfiguration(runtimeConfig);
      return runtimeConfig;`,
    ),
});

/** The client's package.json is used for the version in the user agent only. */
const versions = rewriting('versions', {
  filter: /@aws-sdk\/client-[\w-]+\/package\.json$/,
  rewrite: (text) => JSON.stringify({ version: JSON.parse(text).version }),
  loader: 'json',
});

/** DynamoDB has endpoint discovery, which is off by default and stays off here. */
const endpointDiscovery = rewriting('endpoint-discovery', {
  filter: /@aws-sdk\/middleware-endpoint-discovery\/dist-es\/resolveEndpointDiscoveryConfig\.js$/,
  rewrite: () =>
    'export const resolveEndpointDiscoveryConfig = (input) =>' +
    '  Object.assign(input, { endpointDiscoveryEnabled: async () => false });',
});

/** Signing for several Regions at once (SigV4a) needs packages that are not installed; only SigV4 is used. */
const oneRegion = rewriting('one-region', {
  filter: /@aws-sdk\/signature-v4-multi-region\/dist-es\/SignatureV4MultiRegion\.js$/,
  rewrite: () => `import { SignatureV4SignWithCredentials } from './SignatureV4SignWithCredentials';
    export class SignatureV4MultiRegion extends SignatureV4SignWithCredentials {
      static sigv4aDependency() { return 'none'; } }`,
});

/** Digests in JavaScript are for a Node without OpenSSL. */
const digests = rewriting('digests', {
  filter: /\/(sha256|sha1|md5)\/(Sha256|Sha1|Md5)Js\.js$/,
  rewrite: (_text, path) => {
    const name = basename(path, '.js');
    return `export class ${name} { constructor() ${refusal(`${name} is`)} }`;
  },
});

/** The module `node:timers` also loads the promise timers; the global function suffices. */
const globalTimers = rewriting('global-timers', {
  filter: /@middy\/core\/index\.js$/,
  rewrite: (text) => text.replace('import { setTimeout } from "node:timers";', ''),
});

/** `root` is the repository's folder. */
export const slimSdk = (root: string): Plugin[] => [
  schemas(root),
  endpointRules,
  partitions,
  environmentCredentials,
  eventStreams,
  messageHeaders,
  paginators,
  browserStreams,
  expressSessions,
  metadataRegion,
  settingsFiles,
  extensions,
  versions,
  endpointDiscovery,
  oneRegion,
  digests,
  globalTimers,
];
