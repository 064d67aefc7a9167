/**
 * Conditions of a policy statement, and when one holds.
 * Source: IAM guide, "JSON policy elements: Condition operators" and "Single-valued vs. multivalued context keys".
 */
import type { Dialect } from './dialect.ts';
import { findOperator, type Operator } from './operators.ts';
import type { RequestValues } from './request-values.ts';
import { isPlain, parseTemplate, resolve, type Template } from './variables.ts';

export interface Condition {
  readonly quantifier: 'all' | 'any' | null;
  readonly operator: Operator;
  readonly ifExists: boolean;
  /**
   * Lower case: names of condition keys, and the part that the policy's author chose in them, are not case-sensitive.
   */
  readonly key: string;
  readonly values: readonly Template[];
}

/** Throws the dialect's error for an unknown operator or key, and for an invalid value. */
export function parseConditions(block: unknown, dialect: Dialect): readonly Condition[] {
  if (block === undefined) return [];
  return entriesOf(block, dialect).flatMap(([operator, keys]) =>
    entriesOf(keys, dialect).map(([key, value]) =>
      parseCondition({ operatorText: operator, keyText: key, value }, dialect),
    ),
  );
}

function entriesOf(block: unknown, { malformed }: Dialect): [string, unknown][] {
  if (typeof block !== 'object' || block === null || Array.isArray(block)) {
    throw malformed('A Condition must be an object of operators, each an object of condition keys.');
  }
  return Object.entries(block);
}

const quantifiers: Readonly<Record<string, 'all' | 'any'>> = { ForAllValues: 'all', ForAnyValue: 'any' };

function parseCondition(
  { operatorText, keyText, value }: { operatorText: string; keyText: string; value: unknown },
  dialect: Dialect,
): Condition {
  const [, set = '', name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(operatorText) ?? [];
  const operator = findOperator(name);
  if (!operator || (name === 'Null' && (set || ifExists))) {
    throw dialect.malformed(`The condition operator ${operatorText} is not supported.`);
  }
  const key = keyText.toLowerCase();
  if (!dialect.knowsKey(key)) throw dialect.malformed(`The condition key ${keyText} is not supported.`);
  const values = parseValues(operator, value, dialect);
  return { quantifier: quantifiers[set] ?? null, operator, ifExists: ifExists !== undefined, key, values };
}

function parseValues({ name, type }: Operator, value: unknown, dialect: Dialect): readonly Template[] {
  const texts = [value]
    .flat()
    .map((item) => (typeof item === 'boolean' || typeof item === 'number' ? String(item) : item));
  if (texts.length === 0 || !texts.every((item) => typeof item === 'string')) {
    throw dialect.malformed('The values of a condition must be strings.');
  }
  const templates = texts.map((item) => parseTemplate(item, dialect));
  if (!type.takesVariables && !templates.every(isPlain)) throw dialect.malformed(`${name} takes no policy variables.`);
  const invalidValue = texts.find((item) => !type.isValue(item));
  if (invalidValue !== undefined)
    throw dialect.malformed(`The value ${invalidValue} does not fit the condition operator ${name}.`);
  return templates;
}

/**
 * A variable without a value makes the condition false, except under `IfExists`, where only that value matches nothing.
 */
export function conditionHolds(condition: Condition, request: RequestValues): boolean {
  const { operator, ifExists, key } = condition;
  const actual = request.get(key);
  const resolved = condition.values.map((value) => resolve(value, request));
  if (!ifExists && resolved.includes(null)) return false;
  const wanted = resolved.filter((value) => value !== null);
  if (operator.name === 'Null')
    return wanted.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const fits = (item: string) => wanted.some((value) => operator.compare(item, value)) !== operator.negated;
  return quantified(condition, actual, fits);
}

function quantified(
  { quantifier, operator, ifExists }: Condition,
  actual: readonly string[] | undefined,
  fits: (item: string) => boolean,
) {
  if (actual === undefined) return ifExists || quantifier === 'all' || (operator.negated && quantifier === null);
  if (quantifier === null) return operator.negated ? actual.every(fits) : actual.some(fits);
  if (isEmpty(actual)) return quantifier === 'all';
  return quantifier === 'all' ? actual.every(fits) : actual.some(fits);
}

/** Set operators treat a key whose only value is the empty string as empty. */
const isEmpty = (values: readonly string[]) => values.every((value) => value === '');
