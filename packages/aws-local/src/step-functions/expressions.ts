/**
 * Fields of a definition that may contain `{% JSONata %}`, compiled once.
 * Source: Step Functions guide, "transforming-data".
 */
import jsonata from 'jsonata';
import { invalidDefinition, queryEvaluationError, StateFailure } from './failure.ts';
import { isObject, type Json, toJson } from './json.ts';
import { limited } from './jsonata-limits.ts';
import { forbiddenName, type StatesMember } from './jsonata-names.ts';

export type Bindings = Readonly<Record<string, unknown>>;

export interface Template {
  /** The field, as `Arguments/key`. */
  readonly field: string;
  /** The expression's text, or `undefined` for a literal. */
  readonly expression: string | undefined;
  /** Throws `States.QueryEvaluationError`. */
  evaluate(bindings: Bindings): Promise<Json>;
}

export interface Place {
  /** The field's name in error texts, as `Arguments/key`. */
  readonly field: string;
  /** The state, as `/States/Stop services`. */
  readonly where: string;
  readonly seen?: readonly StatesMember[];
}

/** Throws `InvalidDefinition`. */
export function compileTemplate(value: unknown, place: Place): Template {
  const { field } = place;
  if (typeof value === 'string' && (value.startsWith('{%') || value.endsWith('%}')))
    return compileExpression(value, place);
  const parts = partsOf(value).map(
    ([key, part]) =>
      [
        key,
        compileTemplate(part, { ...place, field: Array.isArray(value) ? `${field}[${key}]` : `${field}/${key}` }),
      ] as const,
  );
  if (parts.every(([, part]) => isLiteral(part))) return literal(toJson(value) ?? null, field);
  const evaluateParts = (bindings: Bindings) =>
    Promise.all(parts.map(async ([key, part]) => [key, await part.evaluate(bindings)] as const));
  return {
    field,
    expression: undefined,
    evaluate: Array.isArray(value)
      ? async (bindings) => (await evaluateParts(bindings)).map(([, part]) => part)
      : async (bindings) => Object.fromEntries(await evaluateParts(bindings)),
  };
}

const literals = new WeakSet<Template>();

function literal(value: Json, field: string): Template {
  const template: Template = { field, expression: undefined, evaluate: async () => value };
  literals.add(template);
  return template;
}

const isLiteral = (template: Template): boolean => literals.has(template);

const partsOf = (value: unknown): (readonly [string, unknown])[] =>
  isObject(value) || Array.isArray(value) ? Object.entries(value) : [];

function compileExpression(value: string, place: Place): Template {
  const { field, where } = place;
  if (!(value.startsWith('{%') && value.endsWith('%}') && value.length > 4))
    throw invalidDefinition(`The JSONata of '${field}' must start with {% and end with %}`, where);
  const expression = value.slice(2, -2).trim();
  const evaluate = compile(expression, place);
  const failed = (why: string) =>
    new StateFailure(
      queryEvaluationError,
      `The JSONata expression '${expression}' specified for the field '${field}' ${why}`,
      {
        location: field,
      },
    );
  return {
    field,
    expression,
    evaluate: async (bindings) => {
      const value: unknown = await evaluate(undefined, bindings).catch((thrown: unknown) => {
        throw failed(`threw an error during evaluation. ${describe(thrown)}`);
      });
      const result = dataOf(value);
      if (result === undefined) throw failed('returned nothing (undefined).');
      return result;
    },
  };
}

/** The value without functions of JSONata; undefined if nothing is left. */
function dataOf(value: unknown): Json | undefined {
  const isFunction = (value: unknown) =>
    isObject(value) && (value._jsonata_function === true || value._jsonata_lambda === true);
  const text: string | undefined = JSON.stringify(value, (_, value) => (isFunction(value) ? undefined : value));
  return text === undefined ? undefined : (JSON.parse(text) as Json);
}

function compile(expression: string, { field, where, seen = [] }: Place) {
  try {
    const compiled = jsonata(expression);
    const refused = forbiddenName(compiled.ast(), seen);
    if (refused) throw new Error(`${refused} is not available in Step Functions`);
    return limited(compiled);
  } catch (thrown) {
    throw invalidDefinition(
      `The JSONata expression '${expression}' of '${field}' is invalid: ${describe(thrown)}`,
      where,
    );
  }
}

/** JSONata throws plain objects `{ code, message }`. */
function describe(thrown: unknown): string {
  if (!isObject(thrown)) return String(thrown);
  return typeof thrown.code === 'string' ? `${thrown.code}: ${String(thrown.message)}` : String(thrown.message);
}

/** Throws `States.QueryEvaluationError` for a value of another kind. */
export async function evaluateAs<T extends Json>(template: Template, bindings: Bindings, kind: Kind<T>): Promise<T> {
  const value = await template.evaluate(bindings);
  if (kind.is(value)) return value;
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const text =
    `The JSONata expression '${template.expression ?? ''}' specified for the field '${template.field}' returned an ` +
    `unexpected result type. Expected '${kind.name}', but was '${type}' for value: ${JSON.stringify(value)}`;
  throw new StateFailure(queryEvaluationError, text, { location: template.field });
}

export interface Kind<T extends Json> {
  readonly name: string;
  is(value: Json): value is T;
}

export const text: Kind<string> = { name: 'string', is: (value): value is string => typeof value === 'string' };
export const truth: Kind<boolean> = { name: 'boolean', is: (value): value is boolean => typeof value === 'boolean' };
export const list: Kind<readonly Json[]> = {
  name: 'array',
  is: (value): value is readonly Json[] => Array.isArray(value),
};
/** An integer from 0 to AWS's maximum for seconds. */
export const count: Kind<number> = {
  name: 'integer',
  is: (value): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 99_999_999,
};
export const percentage: Kind<number> = {
  name: 'number',
  is: (value): value is number => typeof value === 'number' && value >= 0 && value <= 100,
};
