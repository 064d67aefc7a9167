/** Starts a session from a token, or from a one-time code of a token. */
import { plusSeconds } from '#lib/model/clock.ts';
import type { NewEntry } from '#lib/model/entry.ts';
import type { Change } from '#lib/model/items/change.ts';
import { sessionCreated, sessionRemoved, signInCodeCreated, signInCodeUsed } from '#lib/model/items/sessions.ts';
import { tokenExpected } from '#lib/model/items/teams.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import {
  codeSeconds,
  isOver,
  mostSessions,
  type Session,
  type SessionSecrets,
  type SignInCode,
  startedSession,
} from '#lib/model/session.ts';
import { type NewSessionSecret, placeOfSecret } from '#lib/model/session-secret.ts';
import { isExpired, secretHash, type Token } from '#lib/model/team.ts';

export type StartDeps = Needs<
  'tokenByHash' | 'tokensByHash' | 'tokenById' | 'sessionsOf' | 'signInCodeById' | 'commit' | 'newId' | 'now'
> & {
  /** Throws `rate_limited`. */
  readonly spend: (teamId: string, at: Date) => void;
  readonly newSecret: NewSessionSecret;
};

export interface SignIn {
  /** One of the two. */
  readonly token?: string | undefined;
  readonly code?: string | undefined;
  readonly userAgent: string | null;
}

export interface StartedSession {
  readonly session: Session;
  readonly secrets: SessionSecrets;
}

/** One text for all reasons, so that a response reveals nothing about tokens. */
const invalidCredential = () =>
  new Problem('unauthenticated', 'The token or code is unknown, expired, revoked or used.');

/**
 * Throws `unauthenticated`, `rate_limited`. The oldest sessions of the token end beyond `mostSessions`. Not idempotent:
 * each call starts a session.
 */
export const startSession =
  (deps: StartDeps) =>
  async ({ token: secret, code, userAgent }: SignIn): Promise<StartedSession> => {
    const at = deps.now();
    const found = secret === undefined ? await tokenOfCode(deps, code ?? '', at) : await tokenOf(deps, secret);
    if (!found || !(await isGood(deps, found.token, at))) throw invalidCredential();
    const { token, changes } = found;
    deps.spend(token.teamId, at);
    const id = deps.newId('ses');
    const place = { teamId: token.teamId, id };
    const secrets = { access: deps.newSecret('access', place), renewal: deps.newSecret('renewal', place) };
    const session = startedSession({ id, token, secrets, userAgent, at });
    const ended = await surplus(deps, token, at);
    await deps.commit({
      teamId: token.teamId,
      at,
      changes: [...changes, ...ended.map(sessionRemoved), tokenExpected(token), sessionCreated(session)],
      entries: [started(session)],
    });
    return { session, secrets };
  };

const started = ({ tokenId, id, person }: Session): NewEntry => ({
  type: 'SessionStarted',
  actor: { kind: 'token', id: tokenId },
  subject: { tokenId },
  data: { session: id, person },
});

interface FoundToken {
  readonly token: Token;
  /** The changes that consume the credential. */
  readonly changes: readonly Change[];
}

async function tokenOf({ tokenByHash }: StartDeps, secret: string): Promise<FoundToken | null> {
  const token = await tokenByHash(secretHash(secret));
  return token && { token, changes: [] };
}

async function tokenOfCode(deps: StartDeps, text: string, at: Date): Promise<FoundToken | null> {
  const place = placeOfSecret('code', text);
  const code = place && (await deps.signInCodeById(place.teamId, place.id));
  if (!code || code.codeHash !== secretHash(text) || code.until <= at.toISOString()) return null;
  const token = await deps.tokenById(code.teamId, code.tokenId);
  return token && { token, changes: [signInCodeUsed(code)] };
}

async function isGood({ tokensByHash }: StartDeps, token: Token, at: Date): Promise<boolean> {
  const chain = [token.hash, ...(token.ancestors ?? [])];
  const found = await tokensByHash(chain);
  return found.filter((each) => !isExpired(each, at)).length === chain.length;
}

/** A transaction holds 100 changes; the next sign-in ends further sessions. */
const maxEnded = 40;

/** The token's sessions that are over, and the oldest beyond the limit. */
async function surplus({ sessionsOf }: StartDeps, { teamId, id }: Token, at: Date): Promise<Session[]> {
  const own = (await sessionsOf(teamId)).filter(({ tokenId }) => tokenId === id);
  const open = own.filter((session) => !isOver(session, at));
  const over = own.filter((session) => isOver(session, at));
  return [...over, ...open.slice(0, Math.max(0, open.length - mostSessions + 1))].slice(0, maxEnded);
}

/** A code that starts a session of the caller's token once, for 15 minutes. */
export const createSignInCode =
  ({ commit, newId, newSecret, now }: Pick<StartDeps, 'commit' | 'newId' | 'newSecret' | 'now'>) =>
  async ({ teamId, tokenId }: { teamId: string; tokenId: string }): Promise<{ code: string; until: string }> => {
    const at = now();
    const id = newId('ses');
    const code = newSecret('code', { teamId, id });
    const until = plusSeconds(at, codeSeconds).toISOString();
    const expiresAt = Math.ceil(Date.parse(until) / 1000);
    const row: SignInCode = { id, teamId, tokenId, codeHash: secretHash(code), until, expiresAt };
    await commit({ teamId, at, changes: [signInCodeCreated(row)] });
    return { code, until };
  };
