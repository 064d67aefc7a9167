/** Renews a session by its cookie. */
import { retryOnConflict } from '#lib/model/conflict.ts';
import { sessionRemoved, sessionSaved } from '#lib/model/items/sessions.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { isOver, renewalVerdict, renewedSession, type Session } from '#lib/model/session.ts';
import { type NewSessionSecret, placeOfSecret } from '#lib/model/session-secret.ts';
import { isExpired } from '#lib/model/team.ts';
import { ended } from './end.ts';
import type { StartedSession } from './start.ts';

export type RenewDeps = Needs<'sessionById' | 'tokensByHash' | 'commit' | 'now'> & {
  /** Throws `rate_limited`. */
  readonly spend: (teamId: string, at: Date) => void;
  readonly newSecret: NewSessionSecret;
};

const signedOut = () => new Problem('unauthenticated', 'There is no session to renew. Sign in again.');

export interface RenewedSession extends StartedSession {
  /** False if the cookie does not change. */
  readonly isReplaced: boolean;
}

/**
 * Throws `unauthenticated` for a session that is over, signed out, or whose token was revoked. A renewal secret that
 * was replaced more than a minute ago ends the session, because two clients have it.
 */
export const renewSession =
  (deps: RenewDeps) =>
  async (secret: string | null): Promise<RenewedSession> => {
    const place = placeOfSecret('renewal', secret ?? '');
    if (!place || secret === null) throw signedOut();
    return retryOnConflict(async () => {
      const session = await deps.sessionById(place.teamId, place.id);
      if (!session) throw signedOut();
      return renewFound(deps, session, secret);
    });
  };

async function renewFound(deps: RenewDeps, session: Session, secret: string): Promise<RenewedSession> {
  const { teamId } = session;
  const at = deps.now();
  const verdict = renewalVerdict(session, secret, at);
  // The ids in a secret are public: only a holder of the cookie may consume the team's rate limit.
  if (verdict === 'unknown') throw signedOut();
  deps.spend(teamId, at);
  if (verdict === 'reused') {
    await deps.commit({ teamId, at, changes: [sessionRemoved(session)], entries: [ended(session, 'reused')] });
    throw signedOut();
  }
  if (isOver(session, at) || !(await hasTokens(deps, session, at))) throw signedOut();
  const secrets = { access: deps.newSecret('access', session), renewal: deps.newSecret('renewal', session) };
  const renewed = renewedSession(session, { verdict, secrets, at });
  await deps.commit({ teamId, at, changes: [sessionSaved(renewed)] });
  return { session: renewed, secrets, isReplaced: verdict === 'current' };
}

/** Whether the token that started the session and all its ancestors are valid. */
export async function hasTokens(
  { tokensByHash }: Needs<'tokensByHash'>,
  { tokens }: Session,
  at: Date,
): Promise<boolean> {
  const found = await tokensByHash(tokens);
  return found.filter((token) => !isExpired(token, at)).length === tokens.length;
}
