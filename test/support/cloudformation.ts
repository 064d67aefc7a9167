/** Evaluates the intrinsic functions of a template, as CloudFormation does; a function that it does not know throws. */

type Json = Readonly<Record<string, unknown>>;

export interface Template {
  readonly Parameters: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
}

export interface Deployment {
  /** Parameters, where they are not the default, and pseudo parameters such as `AWS::AccountId`. */
  readonly values: Readonly<Record<string, string>>;
  /** By `LogicalId.Attribute`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

const nothing = Symbol('AWS::NoValue');

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The part of the template as it is deployed. */
export function deployedPart(template: Template, part: unknown, { values, attributes = {} }: Deployment): unknown {
  const referenced = (name: string): unknown => {
    if (name === 'AWS::NoValue') return nothing;
    const value = values[name] ?? template.Parameters[name]?.Default ?? name;
    return typeof value === 'number' ? String(value) : value;
  };
  const functions: Readonly<Record<string, (given: never) => unknown>> = {
    Ref: referenced,
    'Fn::Sub': (text: string) => text.replace(/\$\{([\w:]+)\}/g, (_, name: string) => String(referenced(name))),
    'Fn::GetAtt': (path: string[]) => attributes[path.join('.')] ?? path.join('.'),
    'Fn::If': ([name, yes, no]: [string, unknown, unknown]) => resolved(holds(name) ? yes : no),
    'Fn::Not': ([condition]: [unknown]) => resolved(condition) !== true,
    'Fn::Equals': ([one, other]: [unknown, unknown]) => resolved(one) === resolved(other),
  };
  const holds = (name: string) => resolved(template.Conditions[name]) === true;
  function resolved(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolved).filter((item) => item !== nothing);
    if (!isObject(value)) return value;
    const [[name, given] = ['', null], another] = Object.entries(value);
    const evaluate = another ? undefined : functions[name];
    if (evaluate) return evaluate(given as never);
    if (name.startsWith('Fn::')) throw new Error(`${name} is not known`);
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, member]) => [key, resolved(member)])
        .filter(([, member]) => member !== nothing),
    );
  }
  return resolved(part);
}
