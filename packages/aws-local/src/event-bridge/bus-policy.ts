/**
 * A bus's resource policy: which accounts may put or forward which events.
 * Does not: know principals that are users or roles, actions other than `events:PutEvents`, or organisations (no
 * account here is in one). A policy with an element, operator or condition key that is not evaluated is refused when
 * the bus is declared.
 */
import { AwsError } from '../protocol.ts';

export interface BusPolicy {
  /** The declared document; null without one. */
  readonly document: unknown;
  readonly statements: readonly Statement[];
}

export interface PutRequest {
  readonly accountId: string;
  /** Of all events in the request. */
  readonly sources: readonly string[];
  readonly detailTypes: readonly string[];
}

interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly accounts: 'all' | readonly string[];
  readonly conditions: readonly Condition[];
}

interface Condition {
  readonly operator: keyof typeof operators;
  readonly key: string;
  readonly wanted: readonly string[];
}

/** Source: IAM user guide, "Multivalued context keys". A key that the request lacks is `undefined`. */
const operators = {
  StringEquals: (wanted: readonly string[], actual?: readonly string[]) =>
    actual?.length === 1 && wanted.includes(actual[0] ?? ''),
  'ForAllValues:StringEquals': (wanted: readonly string[], actual: readonly string[] = []) =>
    actual.every((each) => wanted.includes(each)),
  'ForAnyValue:StringEquals': (wanted: readonly string[], actual: readonly string[] = []) =>
    actual.some((each) => wanted.includes(each)),
};
const elements = new Set(['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition']);

/** Source: Service Authorization Reference, "Condition keys for Amazon EventBridge". */
const valuesOf: Readonly<Record<string, (request: PutRequest) => readonly string[] | undefined>> = {
  'events:source': ({ sources }) => sources,
  'events:detail-type': ({ detailTypes }) => detailTypes,
  'aws:principalaccount': ({ accountId }) => [accountId],
  'aws:principalorgid': () => undefined,
};

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const refused = (what: string) =>
  new AwsError('ValidationException', `The policy of an event bus: ${what} is not understood.`);

export const noPolicy: BusPolicy = { document: null, statements: [] };

/** Throws `ValidationException` for elements that are not evaluated here. */
export function parseBusPolicy(document: unknown, busArn: string): BusPolicy {
  if (!isObject(document)) throw refused(JSON.stringify(document) ?? 'its absence');
  return { document, statements: [document.Statement].flat().map((statement) => parseStatement(statement, busArn)) };
}

function parseStatement(value: unknown, busArn: string): Statement {
  if (!isObject(value)) throw refused(`the statement ${JSON.stringify(value)}`);
  const unknown = Object.keys(value).find((name) => !elements.has(name));
  if (unknown) throw refused(`the element ${unknown}`);
  const { Effect, Principal, Action, Resource, Condition } = value;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw refused(`the effect ${Effect}`);
  if (![Action].flat().includes('events:PutEvents')) throw refused(`the action ${JSON.stringify(Action)}`);
  if (![Resource].flat().includes(busArn)) throw refused(`the resource ${JSON.stringify(Resource)}`);
  return { effect: Effect, accounts: accountsIn(Principal), conditions: conditionsIn(Condition ?? {}) };
}

function accountsIn(principal: unknown): 'all' | string[] {
  const names = [isObject(principal) ? principal.AWS : principal].flat();
  if (names.includes('*')) return 'all';
  return names.map((name) => {
    const [, bare, root] = /^(?:(\d{12})|arn:[\w-]+:iam::(\d{12}):root)$/.exec(String(name)) ?? [];
    const account = bare ?? root;
    if (!account) throw refused(`the principal ${JSON.stringify(name)}`);
    return account;
  });
}

function conditionsIn(block: unknown): Condition[] {
  if (!isObject(block)) throw refused(`the condition ${JSON.stringify(block)}`);
  return Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => {
      if (!Object.hasOwn(operators, operator)) throw refused(`the operator ${operator}`);
      if (!Object.hasOwn(valuesOf, key.toLowerCase())) throw refused(`the condition key ${key}`);
      return {
        operator: operator as keyof typeof operators,
        key: key.toLowerCase(),
        wanted: [values].flat().map(String),
      };
    }),
  );
}

/** Whether the policy lets another account's request in: a matching Deny wins over any Allow. */
export function policyAllows({ statements }: BusPolicy, request: PutRequest): boolean {
  const effects = statements.filter((statement) => applies(statement, request)).map(({ effect }) => effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

export const policyDenies = ({ statements }: BusPolicy, request: PutRequest): boolean =>
  statements.some((statement) => statement.effect === 'Deny' && applies(statement, request));

const applies = ({ accounts, conditions }: Statement, request: PutRequest): boolean =>
  (accounts === 'all' || accounts.includes(request.accountId)) &&
  conditions.every(({ operator, key, wanted }) => operators[operator](wanted, valuesOf[key]?.(request)));
