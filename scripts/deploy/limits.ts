/**
 * Checks AWS's limits on the package before a deployment begins: CloudFormation would fail half-way, and roll
 * everything back.
 */
import type { Resources } from './template.ts';

/** 4,096 bytes of environment per function (Lambda quotas); less, since CloudFormation's values are estimated. */
export const mostEnvironmentBytes = 4000;
/** Of a role's inline policies together, without white space (IAM quotas). */
export const mostPolicyCharacters = 10_240;
/**
 * A stack has at most 500 (CloudFormation quotas). Fewer deploy faster; a new route or function that exceeds this
 * number joins one that exists (docs/design/031-routes.md).
 */
export const mostResources = 300;
/** Each is cold at first for its clients. */
export const mostFunctions = 45;
/** A template in S3 has at most 1 MB (CloudFormation quotas). */
export const mostTemplateBytes = 900_000;

/**
 * Maximum lengths of CloudFormation's values: a Region such as `ap-southeast-2`, a partition such as `aws-us-gov`, ids,
 * ARNs.
 */
const pseudo: Readonly<Record<string, number>> = { 'AWS::AccountId': 12, 'AWS::Region': 14, 'AWS::Partition': 10 };
const longestName = 64;
const longestArn = 140;

const bytesOf = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  const [[kind, of] = ['', null]] = Object.entries(value ?? {});
  return intrinsics[kind]?.(of) ?? Buffer.byteLength(JSON.stringify(value ?? ''));
};

const intrinsics: Readonly<Record<string, (of: unknown) => number>> = {
  Ref: (of) => pseudo[String(of)] ?? longestName,
  'Fn::GetAtt': () => longestArn,
  'Fn::Sub': (of) => bytesOfSub(String(Array.isArray(of) ? of[0] : of)),
  'Fn::Join': (of) => bytesOfJoin(Array.isArray(of) ? of : []),
};

const bytesOfSub = (text: string): number =>
  [...text.matchAll(/\$\{([^}]+)\}/g)].reduce(
    (sum, [whole, name = '']) => sum - whole.length + (pseudo[name] ?? (name.includes('.') ? longestArn : longestName)),
    Buffer.byteLength(text),
  );

const bytesOfJoin = ([between, parts]: unknown[]): number =>
  Array.isArray(parts) ? parts.reduce((sum: number, part) => sum + bytesOf(part) + bytesOf(between), 0) : 0;

type Properties = Readonly<Record<string, unknown>> | undefined;

function environmentFaults(Properties: Properties): string[] {
  const { Variables = {} } = (Properties?.Environment ?? {}) as { Variables?: Readonly<Record<string, unknown>> };
  const sizes = Object.entries(Variables).map(([name, value]) => ({
    name,
    bytes: Buffer.byteLength(name) + bytesOf(value),
  }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= mostEnvironmentBytes) return [];
  const largest = sizes.sort((a, b) => b.bytes - a.bytes).slice(0, 3);
  const named = largest.map(({ name, bytes }) => `${name} (${bytes})`).join(', ');
  return [
    `${nameOf(Properties)} has ${total} bytes of environment, of ${mostEnvironmentBytes} at most. The largest: ` +
      `${named}.`,
  ];
}

function policyFaults(id: string, Properties: Properties): string[] {
  const policies = (Properties?.Policies ?? []) as { readonly PolicyDocument: unknown }[];
  const characters = policies.reduce((sum, { PolicyDocument }) => sum + bytesOf(PolicyDocument), 0);
  if (characters <= mostPolicyCharacters) return [];
  const role = typeof Properties?.Description === 'string' ? `${id} (${Properties.Description})` : id;
  return [`The role ${role} has ${characters} characters of policies, of ${mostPolicyCharacters} at most.`];
}

function countFaults(resources: readonly [string, Resources[string]][]): string[] {
  const byType = [...Map.groupBy(resources, ([, { Type }]) => Type)]
    .map(([type, { length }]) => ({ type, length }))
    .sort((a, b) => b.length - a.length);
  const functions = byType.find(({ type }) => type === 'AWS::Lambda::Function')?.length ?? 0;
  const largest = byType.slice(0, 3).map(({ type, length }) => `${length} ${type}`);
  const help = 'Add the operation to a function with the same rights (docs/design/031-routes.md).';
  return [
    ...(functions > mostFunctions
      ? [`The template has ${functions} functions, of ${mostFunctions} at most. ${help}`]
      : []),
    ...(resources.length > mostResources
      ? [`The template has ${resources.length} resources, of ${mostResources} at most: ${largest.join(', ')}. ${help}`]
      : []),
  ];
}

/** Throws an error that names every limit that is exceeded, and where. */
export function assertWithinLimits(template: { readonly Resources: Resources }): void {
  const resources = Object.entries(template.Resources);
  const bytes = Buffer.byteLength(JSON.stringify(template));
  const faults = resources.flatMap(([id, { Type, Properties }]) => {
    if (Type === 'AWS::Lambda::Function') return environmentFaults(Properties);
    return Type === 'AWS::IAM::Role' ? policyFaults(id, Properties) : [];
  });
  faults.push(...countFaults(resources));
  if (bytes > mostTemplateBytes) faults.push(`The template has ${bytes} bytes, of ${mostTemplateBytes} at most.`);
  if (faults.length > 0) throw new Error([...new Set(faults)].slice(0, 5).join('\n'));
}

const nameOf = (properties: Properties): string => {
  const name = properties?.FunctionName;
  return typeof name === 'string' ? name : JSON.stringify(name ?? 'A function');
};
