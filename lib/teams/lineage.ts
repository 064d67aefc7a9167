/**
 * The lineage of tokens. A token that is created with another token has no wider scopes, no later expiry and no other
 * holder, so that revoking a stolen token also ends all tokens that were created with it.
 */
import { Problem } from '#lib/model/problem.ts';
import { holdsScope, type Scope, type Token } from '#lib/model/team.ts';

/** Limits the cost of a look-up, which reads all ancestors. */
const deepest = 10;

export interface Wanted {
  readonly scopes: readonly Scope[];
  readonly email: string | undefined;
  /** ISO 8601, UTC. */
  readonly expiresAt: string | null;
}

/**
 * What a child inherits. Throws `forbidden` for wider scopes or another holder, `invalid_request` for a later expiry.
 */
export function childOf(
  parent: Token,
  { scopes, email, expiresAt }: Wanted,
): Pick<Token, 'parentId' | 'ancestors' | 'email' | 'expiresAt'> {
  assertWithin(parent, scopes);
  const ancestors = [parent.hash, ...(parent.ancestors ?? [])];
  if (ancestors.length > deepest) {
    throw new Problem(
      'forbidden',
      `This token was made by a token that was made by another, ${deepest} times over. Make it with an earlier one.`,
    );
  }
  return { parentId: parent.id, ancestors, email: holderOf(parent, email), expiresAt: expiryWithin(parent, expiresAt) };
}

function assertWithin(parent: Token, scopes: readonly Scope[]): void {
  const missing = scopes.filter((scope) => !holdsScope(parent.scopes, scope));
  if (missing.length > 0)
    throw new Problem('forbidden', `Your token does not hold ${missing.join(', ')}, so it gives none.`, {
      needed: missing,
    });
}

/** The parent's holder by default. A token of a person creates tokens of that person only. */
function holderOf({ email: own, operator }: Token, asked: string | undefined): string | null {
  const holder = own ?? null;
  if (asked === undefined || asked === holder) return holder;
  if (holder === null || operator) return asked;
  throw new Problem(
    'forbidden',
    `Your token is ${holder}'s, so it makes tokens of nobody else. Use a token without \`email\`, or ask the operator.`,
  );
}

/** The parent's expiry by default. */
function expiryWithin({ expiresAt: end = null }: Token, asked: string | null): string | null {
  if (end === null || (asked !== null && asked <= end)) return asked;
  if (asked === null) return end;
  throw new Problem(
    'invalid_request',
    `Your token expires at ${end}, and no token that it makes outlives it. Give an earlier \`expiresAt\`.`,
    {
      errors: [{ pointer: '/expiresAt', detail: 'Is later than the expiry of the token that makes it' }],
    },
  );
}

/** All descendants of a token, the deepest first. */
export function descendantsOf(token: Pick<Token, 'hash'>, all: readonly Token[]): Token[] {
  return all
    .filter(({ ancestors = [] }) => ancestors.includes(token.hash))
    .sort((one, other) => (other.ancestors?.length ?? 0) - (one.ancestors?.length ?? 0));
}
