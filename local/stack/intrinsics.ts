/**
 * CloudFormation's `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::Join` over the template's resources, with the local cloud's
 * names and ARNs as their values.
 * Does not: evaluate conditions, mappings, imports or custom resources; each throws an error that names it.
 */
import { isRecord } from './template.ts';

/** The values of `Ref`, and of `Fn::GetAtt` by attribute. */
export interface Physical {
  readonly ref: string;
  readonly attributes: Record<string, string>;
}

/** By logical id. */
export interface Physicals {
  get(logicalId: string): Physical | undefined;
}

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
  throw new Error(`The template: ${name} ${JSON.stringify(argument)} is not understood by the local cloud`);
}

function ref(logicalId: string, physicals: Physicals): string {
  const physical = physicals.get(logicalId);
  if (!physical)
    throw new Error(
      `The template: Ref ${logicalId}: there is no such resource, or the local cloud has no emulator for it`,
    );
  return physical.ref;
}

function attribute(path: string, physicals: Physicals): string {
  const dot = path.indexOf('.');
  const value = physicals.get(path.slice(0, dot))?.attributes[path.slice(dot + 1)];
  if (value === undefined) throw new Error(`The template: Fn::GetAtt ${path}: the local cloud has no such attribute`);
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
