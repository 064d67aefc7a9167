/**
 * The lineage of tokens. A token that is created with another token has no wider scopes, no later expiry and no other
 * holder, so that revoking a stolen token also ends all tokens that were created with it.
 */
import { invalidValue, Problem } from '#lib/model/problem.ts';
import { holdsScope, type Scope, type Token } from '#lib/model/team.ts';

/** Limits the cost of a look-up, which reads all ancestors. */
const maxAncestors = 10;

export interface ChildRequest {
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
  { scopes, email, expiresAt }: ChildRequest,
): Pick<Token, 'parentId' | 'ancestors' | 'email' | 'expiresAt'> {
  assertWithin(parent, scopes);
  const ancestors = [parent.hash, ...(parent.ancestors ?? [])];
  if (ancestors.length > maxAncestors) {
    throw new Problem(
      'forbidden',
      `The token has ${maxAncestors} ancestors, which is the limit. Create the new token with an earlier token.`,
    );
  }
  return { parentId: parent.id, ancestors, email: holderOf(parent, email), expiresAt: expiryWithin(parent, expiresAt) };
}

function assertWithin(parent: Token, scopes: readonly Scope[]): void {
  const missing = scopes.filter((scope) => !holdsScope(parent.scopes, scope));
  if (missing.length > 0)
    throw new Problem('forbidden', `Your token does not hold ${missing.join(', ')}, so it cannot grant it.`, {
      needed: missing,
    });
}

/** The parent's holder by default. A token of a person creates tokens of that person only. */
function holderOf({ email: own, operator }: Token, requested: string | undefined): string | null {
  const holder = own ?? null;
  if (requested === undefined || requested === holder) return holder;
  if (holder === null || operator) return requested;
  throw new Problem(
    'forbidden',
    `Your token belongs to ${holder}, so it cannot create tokens of other holders. ` +
      'Use a token without `email`, or ask the operator.',
  );
}

/** The parent's expiry by default. */
function expiryWithin({ expiresAt: end = null }: Token, requested: string | null): string | null {
  if (end === null || (requested !== null && requested <= end)) return requested;
  if (requested === null) return end;
  throw invalidValue(
    '/expiresAt',
    `Your token expires at ${end}, and its tokens cannot expire later. Give an earlier \`expiresAt\`.`,
    'Is later than the expiry of the creating token',
  );
}

/** All descendants of a token, the deepest first. */
export function descendantsOf(token: Pick<Token, 'hash'>, all: readonly Token[]): Token[] {
  return all
    .filter(({ ancestors = [] }) => ancestors.includes(token.hash))
    .sort((one, other) => (other.ancestors?.length ?? 0) - (one.ancestors?.length ?? 0));
}
