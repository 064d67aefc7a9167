/**
 * Conditions of a policy statement: which operators and keys exist, and when one holds. What is not known here is refused when the policy
 * is set, since an ignored condition is an open door.
 * Does not: know dates, numbers, IP addresses, or policy variables.
 */
import { malformedPolicy } from './errors.ts';
import { arnGlobMatches, globMatches } from '../iam/glob.ts';

/** Values of the condition keys of one request, by lower-case key. An absent key is not in the request. */
export type ConditionValues = ReadonlyMap<string, readonly string[]>;

export interface Condition {
  readonly quantifier: 'all' | 'any' | null;
  readonly operator: Operator;
  readonly ifExists: boolean;
  /** Lower case: names of condition keys, and the encryption context's key in them, are not case-sensitive. */
  readonly key: string;
  readonly values: readonly string[];
}

const equals = (actual: string, wanted: string) => actual === wanted;
const comparisons = {
  StringEquals: equals,
  StringNotEquals: equals,
  StringLike: (actual: string, wanted: string) => globMatches(wanted, actual),
  ArnEquals: (actual: string, wanted: string) => arnGlobMatches(wanted, actual),
  ArnLike: (actual: string, wanted: string) => arnGlobMatches(wanted, actual),
  Bool: (actual: string, wanted: string) => actual.toLowerCase() === wanted.toLowerCase(),
  Null: equals,
};
type Operator = keyof typeof comparisons;

const knownKeys = new Set(
  [
    'kms:EncryptionContextKeys',
    'kms:CallerAccount',
    'kms:ViaService',
    'kms:GrantIsForAWSResource',
    'kms:GrantOperations',
    'kms:GranteePrincipal',
    'kms:GrantConstraintType',
    'kms:KeyOrigin',
    'kms:KeySpec',
    'kms:KeyUsage',
    'aws:PrincipalAccount',
    'aws:PrincipalArn',
  ].map((key) => key.toLowerCase()),
);
const contextKeyPrefix = 'kms:encryptioncontext:';

const isOperator = (name: string): name is Operator => Object.hasOwn(comparisons, name);

/** Throws `MalformedPolicyDocumentException` for an operator, key or value that is not known. */
export function parseConditions(block: unknown): readonly Condition[] {
  if (block === undefined) return [];
  return entriesOf(block).flatMap(([operator, keys]) => entriesOf(keys).map(([key, value]) => parseCondition(operator, key, value)));
}

function entriesOf(block: unknown): [string, unknown][] {
  if (typeof block !== 'object' || block === null || Array.isArray(block)) {
    throw malformedPolicy('A Condition must be an object of operators, each an object of condition keys.');
  }
  return Object.entries(block);
}

const isKnownKey = (key: string) => knownKeys.has(key) || (key.startsWith(contextKeyPrefix) && key.length > contextKeyPrefix.length);

function parseCondition(operatorText: string, keyText: string, value: unknown): Condition {
  const [, set, operator = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(operatorText) ?? [];
  if (!isOperator(operator) || (operator === 'Null' && (set || ifExists))) {
    throw malformedPolicy(`The condition operator ${operatorText} is not supported.`);
  }
  const key = keyText.toLowerCase();
  if (!isKnownKey(key)) throw malformedPolicy(`The condition key ${keyText} is not supported.`);
  const quantifier = set === 'ForAllValues' ? 'all' : set === 'ForAnyValue' ? 'any' : null;
  return { quantifier, operator, ifExists: ifExists !== undefined, key, values: parseValues(operator, value) };
}

function parseValues(operator: Operator, value: unknown): readonly string[] {
  const values = (Array.isArray(value) ? value : [value]).map((item) => (typeof item === 'boolean' ? String(item) : item));
  if (values.length === 0 || !values.every((item) => typeof item === 'string')) {
    throw malformedPolicy('The values of a condition must be strings.');
  }
  if ((operator === 'Bool' || operator === 'Null') && !values.every((item) => /^(true|false)$/i.test(item))) {
    throw malformedPolicy(`The values of ${operator} must be true or false.`);
  }
  if (values.some((item) => item.includes('${'))) throw malformedPolicy('Policy variables are not supported.');
  return values;
}

export function conditionHolds(condition: Condition, request: ConditionValues): boolean {
  const actual = request.get(condition.key);
  if (condition.operator === 'Null') return condition.values.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const negated = condition.operator === 'StringNotEquals';
  const compare = comparisons[condition.operator];
  const fits = (item: string) => condition.values.some((wanted) => compare(item, wanted)) !== negated;
  if (condition.quantifier === 'all') return (actual ?? []).every(fits);
  if (actual === undefined) return condition.ifExists || (negated && condition.quantifier === null);
  return negated && condition.quantifier === null ? actual.every(fits) : actual.some(fits);
}
