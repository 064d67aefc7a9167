/**
 * The framework's `${…}` variables, as far as this service's file uses them: `self:`, `param:`, `sls:stage`, `opt:`,
 * `env:`, `aws:accountId`, `aws:region` and `file(…)`, with `, fallback`.
 * Does not: know any other source (it throws naming it), nor touch `${Name}` without a source, which is
 * CloudFormation's or a state machine's.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from './yaml.ts';

export interface Sources {
  /** The folder that `file(…)` starts from. */
  readonly root: string;
  readonly self: Record<string, unknown>;
  readonly params: Record<string, unknown>;
  readonly stage: string;
  readonly accountId: string;
  readonly region: string;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const variable = /\$\{([a-zA-Z_-]+(?:\([^${}]*\))?:(?!:)[^${}]*|file\([^${}]*\))\}/;
const maximumDepth = 50;

/** A copy of a value with every variable in it replaced; a text that is one variable takes the variable's own type. */
export function resolveVariables(value: unknown, sources: Sources, depth = 0): unknown {
  if (depth > maximumDepth)
    throw new Error(`serverless.yml: variables refer to each other in a circle near ${JSON.stringify(value)}`);
  if (typeof value === 'string') return resolveText(value, sources, depth);
  if (Array.isArray(value)) return value.map((item) => resolveVariables(item, sources, depth));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveVariables(item, sources, depth)]));
}

function resolveText(text: string, sources: Sources, depth: number): unknown {
  const found = variable.exec(text);
  if (!found) return text;
  const [whole, expression = ''] = found;
  const value = resolveVariables(evaluate(expression, sources), sources, depth + 1);
  if (whole === text) return value;
  if (typeof value === 'object')
    throw new Error(`serverless.yml: ${whole} is no text, and stands inside of one: ${text}`);
  return resolveText(
    text.replace(whole, () => String(value)),
    sources,
    depth + 1,
  );
}

function evaluate(expression: string, sources: Sources): unknown {
  for (const alternative of expression.split(/,\s*/)) {
    const value = alternativeValue(alternative.trim(), sources);
    if (value !== undefined) return value;
  }
  throw new Error(`serverless.yml: \${${expression}} has no value`);
}

function alternativeValue(alternative: string, sources: Sources): unknown {
  const literal = /^'(.*)'$|^"(.*)"$|^(true|false|null|-?\d+(?:\.\d+)?)$/.exec(alternative);
  if (literal) return literal[3] === undefined ? (literal[1] ?? literal[2]) : JSON.parse(literal[3]);
  const file = /^file\(([^)]+)\)(?::(.+))?$/.exec(alternative);
  if (file) return at(readDocument(sources.root, file[1] ?? ''), file[2]);
  const colon = alternative.indexOf(':');
  return ofSource(alternative.slice(0, colon), alternative.slice(colon + 1), sources);
}

function ofSource(source: string, address: string, { self, params, stage, accountId, region }: Sources): unknown {
  const single: Record<string, unknown> = {
    'sls:stage': stage,
    'opt:stage': stage,
    'aws:accountId': accountId,
    'aws:region': region,
    'opt:region': region,
  };
  if (source === 'self') return at(self, address);
  if (source === 'param') return params[address];
  if (source === 'env') return process.env[address];
  if (source === 'opt') return single[`opt:${address}`];
  if (`${source}:${address}` in single) return single[`${source}:${address}`];
  throw new Error(`serverless.yml: \${${source}:${address}} is not understood by the local cloud`);
}

const at = (value: unknown, path: string | undefined) =>
  path
    ? path
        .split('.')
        .reduce<unknown>(
          (part, key) => (isRecord(part) || Array.isArray(part) ? Reflect.get(part, key) : undefined),
          value,
        )
    : value;

function readDocument(root: string, path: string): unknown {
  const file = join(root, path);
  const text = readFileSync(file, 'utf8');
  return /\.(json|ya?ml)$/.test(path) ? parseYaml(text, path) : text;
}
