/**
 * The bare handler beside a function: it imports the same clients of AWS's SDK, and its call sends what the function's
 * call sent, in the same groups. It is bundled as functions are.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { SentCall } from '../requests/recorded-calls.ts';

const packages = [
  ...['dynamodb', 'kms', 'eventbridge', 'sfn', 's3', 'ses', 'ecs', 'ec2', 'ssm'].map(
    (name) => `@aws-sdk/client-${name}`,
  ),
  '@aws-sdk/lib-dynamodb',
];
const load = createRequire(import.meta.url);
const packageOf = (name: string): string | undefined => packages.find((each) => name in (load(each) as object));

/** The source of each client, by its package. */
const clientsOf = (origins: Readonly<Record<string, number>>): string[] =>
  packages.filter((name) => Object.keys(origins).some((path) => path.includes(`/${name}/`)));

const classOf = (name: string): string =>
  Object.keys(load(name) as object).find(
    (each) => /^(?!__)\w+Client$/.test(each) && each !== '$Client' && !each.endsWith('DocumentClient'),
  ) ?? '';

export interface Twin {
  /** The function's bundle, by file. */
  readonly origins: Readonly<Record<string, number>>;
  readonly groups: readonly (readonly SentCall[])[];
}

/** Source of a module with a `handler`. */
export function bareHandler({ origins, groups }: Twin): string {
  const clients = clientsOf(origins).filter((name) => name.includes('/client-'));
  const known = [...new Set(groups.flat().map(({ command }) => command))].filter((name) => packageOf(name));
  const imports = [
    ...clients.map((name) => `import { ${classOf(name)} } from '${name}';`),
    ...known.map((name) => `import { ${name} } from '${packageOf(name)}';`),
    "import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';",
    `import { inputForReplay } from '${join(import.meta.dirname, '..', 'requests', 'replay.ts')}';`,
  ];
  const sent = groups.map((group) => `await Promise.all([${group.map(sending).join(', ')}]);`);
  return `${imports.join('\n')}
    export const imported = [${[...clients.map(classOf), ...known].join(', ')}];
    const made = new Map();
    const once = (Kind, make) => made.get(Kind) ?? made.set(Kind, make()).get(Kind);
    const client = (Kind) => once(Kind, () => new Kind({}));
    const documents = () => once(DynamoDBDocumentClient, () => DynamoDBDocumentClient.from(client(DynamoDBClient)));
    export const handler = async () => {
      ${sent.join('\n      ')}
      return { statusCode: 200 };
    };`;
}

const sending = ({ client, command, input }: SentCall): string => {
  const own = client === 'DynamoDBDocumentClient' ? 'documents()' : `client(${client})`;
  return `${own}.send(new ${command}(inputForReplay(${asSource(input)}, String(process.pid)))).catch(() => null)`;
};

/** Replaces bytes, which JSON does not have. */
function asSource(value: unknown): string {
  if (value instanceof Uint8Array) return `Buffer.from('${Buffer.from(value).toString('base64')}', 'base64')`;
  if (Array.isArray(value)) return `[${value.map(asSource).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return value === undefined ? 'undefined' : JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}: ${asSource(member)}`)
    .join(', ')} }`;
}
