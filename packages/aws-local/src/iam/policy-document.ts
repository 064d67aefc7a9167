/**
 * Parses policies. Throws the dialect's error for policies that AWS rejects, and for unsupported elements, so that no
 * element is ignored.
 */
import { isRecord } from '../is-record.ts';
import { type Condition, parseConditions } from './conditions.ts';
import type { Dialect } from './dialect.ts';
import { type Principal, parsePrincipals } from './principals.ts';
import { parseTemplate, type Template } from './variables.ts';

/** A list that a request must match; with `except`, must not match (`NotAction` and the like). */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly except: boolean;
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly principals: Listed<Principal>;
  /** Lower case, with wildcards: action names are not case-sensitive. */
  readonly actions: Listed<string>;
  readonly resources: Listed<Template>;
  readonly conditions: readonly Condition[];
}

export type PolicyDocument = readonly Statement[];

const currentVersion = '2012-10-17';
const versions = [currentVersion, '2008-10-17'];
const documentElements = ['Version', 'Id', 'Statement'];
const statementElements = new Set([
  ...['Sid', 'Effect', 'Condition'],
  ...['Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource'],
]);

type Json = Readonly<Record<string, unknown>>;
type Service = Omit<Dialect, 'hasVariables' | 'isIdentityPolicy'>;

/** A resource policy: its statements name principals. */
export const parsePolicy = (text: string, service: Service): PolicyDocument =>
  parse(text, { ...service, isIdentityPolicy: false });

/** A policy of a user or role, the principal of every statement. */
export const parseIdentityPolicy = (text: string, service: Service): PolicyDocument =>
  parse(text, { ...service, isIdentityPolicy: true });

function parse(text: string, service: Omit<Dialect, 'hasVariables'>): PolicyDocument {
  const { malformed } = service;
  const document = parseJson(text, malformed);
  const unknown = Object.keys(document).find((element) => !documentElements.includes(element));
  if (unknown) throw malformed(`Syntax errors in policy: unknown element ${unknown}.`);
  if (document.Version !== undefined && !versions.some((version) => version === document.Version)) {
    throw malformed('The policy must contain a valid version string.');
  }
  const dialect = { ...service, hasVariables: document.Version === currentVersion };
  const statements = [document.Statement].flat().map((statement) => parseStatement(statement, dialect));
  if (statements.length === 0) throw malformed('Syntax errors in policy: there is no statement.');
  assertUniqueSids(
    statements.map(({ sid }) => sid),
    dialect,
  );
  return statements.map(({ statement }) => statement);
}

function parseJson(text: string, malformed: Dialect['malformed']): Json {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json.');
  }
  if (!isRecord(document)) throw malformed('Syntax errors in policy: it is not an object.');
  return document;
}

function parseStatement(value: unknown, dialect: Dialect): { sid: unknown; statement: Statement } {
  const { malformed } = dialect;
  if (!isRecord(value)) throw malformed('Syntax errors in policy: a Statement is an object or a list of objects.');
  const unknown = Object.keys(value).find((element) => !statementElements.has(element));
  if (unknown) throw malformed(`The policy element ${unknown} is not supported.`);
  if (value.Effect !== 'Allow' && value.Effect !== 'Deny')
    throw malformed('Syntax errors in policy: Effect is Allow or Deny.');
  if (value.Sid !== undefined && typeof value.Sid !== 'string')
    throw malformed('Syntax errors in policy: Sid is a string.');
  if (value.Effect === 'Allow' && value.NotPrincipal !== undefined)
    throw malformed('NotPrincipal must be used with the effect Deny.');
  const statement = {
    effect: value.Effect,
    principals: principalsIn(value, dialect),
    actions: listed(value, 'Action', { dialect, parse: (names) => parseActions(names, dialect) }),
    resources: listed(value, 'Resource', { dialect, parse: (names) => parseResources(names, dialect) }),
    conditions: parseConditions(value.Condition, dialect),
  } as const;
  return { sid: value.Sid, statement };
}

function principalsIn(statement: Json, dialect: Dialect): Listed<Principal> {
  if (!dialect.isIdentityPolicy)
    return listed(statement, 'Principal', { dialect, parse: (names) => parsePrincipals(names, dialect) });
  if (statement.Principal !== undefined || statement.NotPrincipal !== undefined)
    throw dialect.malformed('Policy document should not specify a principal.');
  return { items: [{ kind: 'anyone' }], except: false };
}

/** The element or its negation: exactly one of them is required. */
function listed<T>(
  statement: Json,
  element: string,
  { dialect, parse }: { dialect: Dialect; parse: (value: unknown) => readonly T[] },
) {
  const opposite = `Not${element}`;
  const except = statement[opposite] !== undefined;
  if (except && statement[element] !== undefined) {
    throw dialect.malformed(`Syntax errors in policy: a statement has ${element} or ${opposite}, not both.`);
  }
  return { items: parse(except ? statement[opposite] : statement[element]), except };
}

function assertUniqueSids(sids: readonly unknown[], { malformed }: Dialect) {
  const named = sids.filter((sid) => sid !== undefined && sid !== '');
  if (new Set(named).size < named.length) throw malformed('Statement IDs (SID) in a single policy must be unique.');
}

function texts(value: unknown, element: string, { malformed }: Dialect): readonly string[] {
  const values = [value].flat();
  const found = values.filter((item): item is string => typeof item === 'string' && item !== '');
  if (values.length > 0 && found.length === values.length) return found;
  throw malformed(`Syntax errors in policy: ${element} is a string or a list of strings.`);
}

function parseActions(value: unknown, dialect: Dialect): readonly string[] {
  const actions = texts(value, 'Action', dialect).map((action) => action.toLowerCase());
  const invalid = actions.find((action) => !/^(\*|[a-z0-9-]+:[a-z0-9*?]+)$/.test(action));
  if (invalid) throw dialect.malformed(`Policy contains an invalid action: ${invalid}.`);
  return actions;
}

const parseResources = (value: unknown, dialect: Dialect) =>
  texts(value, 'Resource', dialect).map((resource) => parseTemplate(resource, dialect));
