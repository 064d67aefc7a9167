/** The `Principal` or `NotPrincipal` element of a resource policy. */
import type { Dialect } from './dialect.ts';

/** The caller of a request: a user or role, an account's root, or an AWS service that acts for itself. */
export interface Identity {
  /** Empty for a service. */
  readonly accountId: string;
  /** Of a service: its name, as `events.amazonaws.com`. */
  readonly arn: string;
}

export type Principal =
  | { readonly kind: 'anyone' }
  /** Every principal of the account: its root ARN or its bare id. */
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'arn'; readonly arn: string }
  | { readonly kind: 'service'; readonly name: string };

const invalid = ({ malformed }: Dialect) =>
  malformed('Policy contains a statement with one or more invalid principals.');

/** Does not: check that a named user or role exists; AWS does. */
export function parsePrincipals(value: unknown, dialect: Dialect): readonly Principal[] {
  if (value === '*') return [{ kind: 'anyone' }];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(dialect);
  const principals = Object.entries(value).flatMap(([type, names]) =>
    [names].flat().map((name: unknown) => parsePrincipal({ type, name }, dialect)),
  );
  if (principals.length === 0) throw invalid(dialect);
  return principals;
}

function parsePrincipal({ type, name }: { type: string; name: unknown }, dialect: Dialect): Principal {
  if (typeof name !== 'string') throw invalid(dialect);
  if (type === 'Service' && isService(name)) return { kind: 'service', name };
  if (type !== 'AWS') throw invalid(dialect);
  if (name === '*') return { kind: 'anyone' };
  const accountId = accountOfRoot(name);
  if (accountId) return { kind: 'account', accountId };
  if (!isPrincipalArn(name)) throw invalid(dialect);
  return { kind: 'arn', arn: name };
}

const isService = (name: string) => /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/.test(name);

/** The account of a bare account id or a root ARN; null for any other principal. */
export function accountOfRoot(name: string): string | null {
  const [, bareId, rootOf] = /^(?:(\d{12})|arn:aws:iam::(\d{12}):root)$/.exec(name) ?? [];
  return bareId ?? rootOf ?? null;
}

/** Whether it has the form of a user's, role's or role session's ARN, without wildcards. */
export const isPrincipalArn = (name: string) =>
  /^arn:aws:iam::\d{12}:(user|role)(\/[\w+=,.@-]+)+$/.test(name) ||
  /^arn:aws:sts::\d{12}:(assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+|federated-user\/[\w+=,.@-]+)$/.test(name);

export function isNamed(principals: readonly Principal[], { arn, accountId }: Identity): boolean {
  return principals.some((principal) => {
    if (principal.kind === 'anyone') return true;
    if (principal.kind === 'account') return principal.accountId === accountId;
    return (principal.kind === 'service' ? principal.name : principal.arn) === arn;
  });
}

/**
 * Whether `NotPrincipal` exempts the caller: both its account and the caller itself must be listed.
 * Source: IAM guide, "JSON policy elements: NotPrincipal".
 */
export function isExempt(principals: readonly Principal[], { arn, accountId }: Identity): boolean {
  if (principals.some(({ kind }) => kind === 'anyone')) return true;
  if (isService(arn)) return isNamed(principals, { arn, accountId });
  const isRoot = accountOfRoot(arn) !== null;
  const isAccountListed = principals.some(
    (principal) => principal.kind === 'account' && principal.accountId === accountId,
  );
  return (
    isAccountListed && (isRoot || principals.some((principal) => principal.kind === 'arn' && principal.arn === arn))
  );
}
