/** Checks Lambda's limit of 4 KB of environment variables per function (Lambda quotas) before a deployment begins. */
import type { Resources } from './template.ts';

/** Below 4,096, since the lengths of CloudFormation's values are estimated. */
export const mostBytes = 4000;

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

/** Throws an error that names each function whose environment is too large, and its largest variables. */
export function assertEnvironmentsFit(resources: Resources): void {
  const faults = Object.values(resources).flatMap(({ Type, Properties }) => {
    if (Type !== 'AWS::Lambda::Function') return [];
    const { Variables = {} } = (Properties?.Environment ?? {}) as { Variables?: Readonly<Record<string, unknown>> };
    const sizes = Object.entries(Variables).map(([name, value]) => ({
      name,
      bytes: Buffer.byteLength(name) + bytesOf(value),
    }));
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= mostBytes) return [];
    const largest = sizes.sort((a, b) => b.bytes - a.bytes).slice(0, 3);
    const named = largest.map(({ name, bytes }) => `${name} (${bytes})`).join(', ');
    return [`${nameOf(Properties)} has ${total} bytes of environment, of ${mostBytes} at most. The largest: ${named}.`];
  });
  if (faults.length > 0) throw new Error([...new Set(faults)].slice(0, 5).join('\n'));
}

const nameOf = (properties: Readonly<Record<string, unknown>> | undefined): string => {
  const name = properties?.FunctionName;
  return typeof name === 'string' ? name : JSON.stringify(name ?? 'A function');
};
