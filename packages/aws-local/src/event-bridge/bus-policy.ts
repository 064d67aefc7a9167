/**
 * A bus's resource policy: which accounts may put or forward which events.
 * Does not: support users or roles as principals, actions other than `events:PutEvents`, or organizations. A policy
 * with an unsupported element, operator or condition key is refused when the bus is declared.
 */
import { isRecord } from '../is-record.ts';
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

const unsupported = (what: string) =>
  new AwsError('ValidationException', `The policy of an event bus: ${what} is not supported.`);

export const noPolicy: BusPolicy = { document: null, statements: [] };

/** Throws `ValidationException` for unsupported elements. */
export function parseBusPolicy(document: unknown, busArn: string): BusPolicy {
  if (!isRecord(document)) throw unsupported(JSON.stringify(document) ?? 'its absence');
  return { document, statements: [document.Statement].flat().map((statement) => parseStatement(statement, busArn)) };
}

function parseStatement(value: unknown, busArn: string): Statement {
  if (!isRecord(value)) throw unsupported(`the statement ${JSON.stringify(value)}`);
  const unknown = Object.keys(value).find((name) => !elements.has(name));
  if (unknown) throw unsupported(`the element ${unknown}`);
  const { Effect, Principal, Action, Resource, Condition } = value;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw unsupported(`the effect ${Effect}`);
  if (![Action].flat().includes('events:PutEvents')) throw unsupported(`the action ${JSON.stringify(Action)}`);
  if (![Resource].flat().includes(busArn)) throw unsupported(`the resource ${JSON.stringify(Resource)}`);
  return { effect: Effect, accounts: accountsIn(Principal), conditions: conditionsIn(Condition ?? {}) };
}

function accountsIn(principal: unknown): 'all' | string[] {
  const names = [isRecord(principal) ? principal.AWS : principal].flat();
  if (names.includes('*')) return 'all';
  return names.map((name) => {
    const [, bare, root] = /^(?:(\d{12})|arn:[\w-]+:iam::(\d{12}):root)$/.exec(String(name)) ?? [];
    const account = bare ?? root;
    if (!account) throw unsupported(`the principal ${JSON.stringify(name)}`);
    return account;
  });
}

function conditionsIn(block: unknown): Condition[] {
  if (!isRecord(block)) throw unsupported(`the condition ${JSON.stringify(block)}`);
  return Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(isRecord(keys) ? keys : {}).map(([key, values]) => {
      if (!Object.hasOwn(operators, operator)) throw unsupported(`the operator ${operator}`);
      if (!Object.hasOwn(valuesOf, key.toLowerCase())) throw unsupported(`the condition key ${key}`);
      return {
        operator: operator as keyof typeof operators,
        key: key.toLowerCase(),
        wanted: [values].flat().map(String),
      };
    }),
  );
}

/** Whether the policy allows another account's request: a matching Deny wins over any Allow. */
export function policyAllows({ statements }: BusPolicy, request: PutRequest): boolean {
  const effects = statements.filter((statement) => applies(statement, request)).map(({ effect }) => effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

export const policyDenies = ({ statements }: BusPolicy, request: PutRequest): boolean =>
  statements.some((statement) => statement.effect === 'Deny' && applies(statement, request));

const applies = ({ accounts, conditions }: Statement, request: PutRequest): boolean =>
  (accounts === 'all' || accounts.includes(request.accountId)) &&
  conditions.every(({ operator, key, wanted }) => operators[operator](wanted, valuesOf[key]?.(request)));
