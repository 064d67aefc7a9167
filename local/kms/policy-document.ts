/**
 * Parses a key policy once, when it is set. Throws `MalformedPolicyDocumentException` for what AWS refuses, and for the elements that this
 * stand-in does not evaluate (`NotPrincipal`, `NotAction`, `NotResource`), so that none is ever ignored.
 * Does not: check that a named user or role exists; AWS does.
 */
import { AwsError } from '../protocol.ts';
import { malformedPolicy } from './errors.ts';
import { type Condition, parseConditions } from './policy-conditions.ts';

export type Principal =
  | { readonly kind: 'anyone' }
  /** Every principal of the account: its root ARN or its bare id. */
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'arn'; readonly arn: string }
  /** An AWS service acting for itself; no caller here is one. */
  | { readonly kind: 'service' };

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly principals: readonly Principal[];
  /** Lower case, with wildcards: action names are not case-sensitive. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

export type PolicyDocument = readonly Statement[];

const maxPolicyBytes = 32_768;
const versions = ['2012-10-17', '2008-10-17'];
const statementElements = new Set(['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition']);
const invalidPrincipals = () => malformedPolicy('Policy contains a statement with one or more invalid principals.');

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

export function parsePolicy(text: string): PolicyDocument {
  if (Buffer.byteLength(text) > maxPolicyBytes) {
    throw new AwsError('LimitExceededException', `A key policy may not exceed ${maxPolicyBytes} bytes.`);
  }
  const document = parseJson(text);
  const unknown = Object.keys(document).find((element) => !['Version', 'Id', 'Statement'].includes(element));
  if (unknown) throw malformedPolicy(`Syntax errors in policy: unknown element ${unknown}.`);
  if (document.Version !== undefined && !versions.some((version) => version === document.Version)) {
    throw malformedPolicy('The policy must contain a valid version string.');
  }
  const statements = (Array.isArray(document.Statement) ? document.Statement : [document.Statement]).map(parseStatement);
  if (statements.length === 0) throw malformedPolicy('Syntax errors in policy: there is no statement.');
  requireUniqueSids(statements.map(({ sid }) => sid));
  return statements.map(({ statement }) => statement);
}

function parseJson(text: string): Json {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformedPolicy('This policy contains invalid Json.');
  }
  if (!isObject(document)) throw malformedPolicy('Syntax errors in policy: it is not an object.');
  return document;
}

function parseStatement(value: unknown): { sid: unknown; statement: Statement } {
  if (!isObject(value)) throw malformedPolicy('Syntax errors in policy: a Statement is an object or a list of objects.');
  const unknown = Object.keys(value).find((element) => !statementElements.has(element));
  if (unknown) throw malformedPolicy(`The policy element ${unknown} is not supported.`);
  if (value.Effect !== 'Allow' && value.Effect !== 'Deny') throw malformedPolicy('Syntax errors in policy: Effect is Allow or Deny.');
  if (value.Sid !== undefined && typeof value.Sid !== 'string') throw malformedPolicy('Syntax errors in policy: Sid is a string.');
  const statement = {
    effect: value.Effect,
    principals: parsePrincipals(value.Principal),
    actions: parseActions(value.Action),
    resources: texts(value.Resource, 'Resource'),
    conditions: parseConditions(value.Condition),
  } as const;
  return { sid: value.Sid, statement };
}

function requireUniqueSids(sids: readonly unknown[]) {
  const named = sids.filter((sid) => sid !== undefined && sid !== '');
  if (new Set(named).size < named.length) throw malformedPolicy('Statement IDs (SID) in a single policy must be unique.');
}

function texts(value: unknown, element: string): readonly string[] {
  const values = Array.isArray(value) ? value : [value];
  if (values.length === 0 || !values.every((item) => typeof item === 'string' && item !== '')) {
    throw malformedPolicy(`Syntax errors in policy: ${element} is a string or a list of strings.`);
  }
  return values;
}

function parseActions(value: unknown): readonly string[] {
  const actions = texts(value, 'Action').map((action) => action.toLowerCase());
  const invalid = actions.find((action) => !/^(\*|[a-z0-9-]+:[a-z0-9*?]+)$/.test(action));
  if (invalid) throw malformedPolicy(`Policy contains an invalid action: ${invalid}.`);
  return actions;
}

function parsePrincipals(value: unknown): readonly Principal[] {
  if (value === '*') return [{ kind: 'anyone' }];
  if (!isObject(value)) throw invalidPrincipals();
  const principals = Object.entries(value).flatMap(([type, names]) =>
    (Array.isArray(names) ? names : [names]).map((name) => parsePrincipal(type, name)),
  );
  if (principals.length === 0) throw invalidPrincipals();
  return principals;
}

function parsePrincipal(type: string, name: unknown): Principal {
  if (typeof name !== 'string') throw invalidPrincipals();
  if (type === 'Service' && /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/.test(name)) return { kind: 'service' };
  if (type !== 'AWS') throw invalidPrincipals();
  if (name === '*') return { kind: 'anyone' };
  const accountId = accountOfRoot(name);
  if (accountId) return { kind: 'account', accountId };
  if (!isPrincipalArn(name)) throw invalidPrincipals();
  return { kind: 'arn', arn: name };
}

/** The account that a bare account id or a root ARN names, else null. */
export function accountOfRoot(name: string): string | null {
  const [, bareId, rootOf] = /^(?:(\d{12})|arn:aws:iam::(\d{12}):root)$/.exec(name) ?? [];
  return bareId ?? rootOf ?? null;
}

/** The form of a user's, role's or role session's ARN. No wildcard is one. */
export const isPrincipalArn = (name: string) =>
  /^arn:aws:iam::\d{12}:(user|role)(\/[\w+=,.@-]+)+$/.test(name) ||
  /^arn:aws:sts::\d{12}:(assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+|federated-user\/[\w+=,.@-]+)$/.test(name);
