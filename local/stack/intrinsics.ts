/**
 * CloudFormation's `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::Join` over the service's resources, answered with this
 * cloud's names and ARNs.
 * Does not: conditions, mappings, imports or custom resources; what it does not know throws, naming itself.
 */
import { isRecord } from './variables.ts';

/** What a resource answers to `Ref`, and to `Fn::GetAtt` per attribute. */
export interface Physical {
  readonly ref: string;
  readonly attributes: Record<string, string>;
}

export type Physicals = ReadonlyMap<string, Physical>;

/** A copy of a value of the template with every intrinsic function in it replaced by its value. */
export function resolveIntrinsics(value: unknown, physicals: Physicals): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveIntrinsics(item, physicals));
  if (!isRecord(value)) return value;
  const [name, ...others] = Object.keys(value);
  if (name && others.length === 0 && (name === 'Ref' || name.startsWith('Fn::')))
    return evaluate(name, value[name], physicals);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveIntrinsics(item, physicals)]));
}

function evaluate(name: string, argument: unknown, physicals: Physicals): unknown {
  if (name === 'Ref' && typeof argument === 'string') return ref(argument, physicals);
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) return attribute(argument.join('.'), physicals);
  if (name === 'Fn::Sub') return substitute(argument, physicals);
  if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
    return argument[1].map((part) => resolveIntrinsics(part, physicals)).join(String(argument[0]));
  }
  throw new Error(`serverless.yml: ${name} ${JSON.stringify(argument)} is not understood by the local cloud`);
}

function ref(logicalId: string, physicals: Physicals): string {
  const physical = physicals.get(logicalId);
  if (!physical)
    throw new Error(
      `serverless.yml: Ref ${logicalId}: there is no such resource, or the local cloud has no emulator for it`,
    );
  return physical.ref;
}

function attribute(path: string, physicals: Physicals): string {
  const dot = path.indexOf('.');
  const value = physicals.get(path.slice(0, dot))?.attributes[path.slice(dot + 1)];
  if (value === undefined) throw new Error(`serverless.yml: Fn::GetAtt ${path}: the local cloud has no such attribute`);
  return value;
}

function substitute(argument: unknown, physicals: Physicals): string {
  const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
  const local = isRecord(own) ? own : {};
  return String(text)
    .replace(/\$\{([^!}][^}]*)\}/g, (_whole, name: string) => {
      if (name in local) return String(resolveIntrinsics(local[name], physicals));
      return name.includes('.') ? attribute(name, physicals) : ref(name, physicals);
    })
    .replaceAll('${!', '${');
}
