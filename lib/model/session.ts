/**
 * A session: a person in a browser who signed in with a token. It has an access token for requests, which lives for
 * minutes and in memory only, and a renewal secret, which lives in a cookie and is replaced at each renewal. Pure.
 * Source for replaced secrets and the reuse of one: RFC 9700, section 4.14.2.
 */
import { plusSeconds } from './clock.ts';
import { type Scope, secretHash, type Token } from './team.ts';

/** The access token, and how long a session goes on without a renewal. */
export const accessSeconds = 15 * 60;
export const idleSeconds = 15 * 60;
export const longestSeconds = 8 * 3600;

/** A replaced renewal secret works for so long, for tabs that renew at the same time. */
const graceSeconds = 60;

/** A session has at most this number of access tokens; a further one ends the oldest. */
export const mostAccessTokens = 8;

/** Sessions of one token; a further one ends the oldest. */
export const mostSessions = 20;

interface Issued {
  /** SHA-256 of the secret, in hex. */
  readonly hash: string;
  /** ISO 8601. */
  readonly until: string;
}

export interface Session {
  readonly id: string;
  readonly teamId: string;
  readonly tokenId: string;
  /**
   * Hashes of the token that it began with and of that token's ancestors: it is accepted only while all of them are.
   */
  readonly tokens: readonly string[];
  readonly scopes: readonly Scope[];
  readonly operator: boolean;
  /** The email of the token's holder, or the token's name. */
  readonly person: string;
  readonly userAgent: string | null;
  readonly createdAt: string;
  /** The last renewal, or the start. */
  readonly renewedAt: string;
  readonly idleUntil: string;
  /** At the latest. */
  readonly endsAt: string;
  readonly renewalHash: string;
  readonly replaced: Issued | null;
  readonly access: readonly Issued[];
  /** When the table may drop it, in seconds since the epoch. */
  readonly expiresAt: number;
  readonly version: number;
}

export interface SessionSecrets {
  readonly access: string;
  readonly renewal: string;
}

export interface SessionStart {
  readonly id: string;
  readonly token: Token;
  readonly secrets: SessionSecrets;
  readonly userAgent: string | null;
  readonly at: Date;
}

const earlier = (...times: (string | null | undefined)[]): string =>
  times.filter((time) => typeof time === 'string').sort()[0] ?? '';

const after = (at: Date, seconds: number): string => plusSeconds(at, seconds).toISOString();

export function startedSession({ id, token, secrets, userAgent, at }: SessionStart): Session {
  const endsAt = earlier(after(at, longestSeconds), token.expiresAt);
  return {
    id,
    teamId: token.teamId,
    tokenId: token.id,
    tokens: [token.hash, ...(token.ancestors ?? [])],
    scopes: token.scopes,
    operator: token.operator,
    person: token.email ?? token.name,
    userAgent,
    createdAt: at.toISOString(),
    renewedAt: at.toISOString(),
    idleUntil: earlier(after(at, idleSeconds), endsAt),
    endsAt,
    renewalHash: secretHash(secrets.renewal),
    replaced: null,
    access: [accessOf(secrets, at, endsAt)],
    expiresAt: Math.ceil(Date.parse(endsAt) / 1000),
    version: 1,
  };
}

const accessOf = ({ access }: SessionSecrets, at: Date, endsAt: string): Issued => ({
  hash: secretHash(access),
  until: earlier(after(at, accessSeconds), endsAt),
});

export const isOver = ({ endsAt, idleUntil }: Pick<Session, 'endsAt' | 'idleUntil'>, at: Date): boolean =>
  earlier(endsAt, idleUntil) <= at.toISOString();

/** Whether the secret is an access token of the session that is still good. */
export const isAccess = ({ access, endsAt }: Session, secret: string, at: Date): boolean => {
  const [hash, now] = [secretHash(secret), at.toISOString()];
  return endsAt > now && access.some((issued) => issued.hash === hash && issued.until > now);
};

/**
 * `current`: renews, and is replaced. `replaced`: renews without another replacement, in the grace period. `reused`:
 * was replaced before that, so two hold it. `unknown`: it is none of this session.
 */
export type RenewalVerdict = 'current' | 'replaced' | 'reused' | 'unknown';

export function renewalVerdict({ renewalHash, replaced }: Session, secret: string, at: Date): RenewalVerdict {
  const hash = secretHash(secret);
  if (hash === renewalHash) return 'current';
  if (hash !== replaced?.hash) return 'unknown';
  return replaced.until > at.toISOString() ? 'replaced' : 'reused';
}

export interface Renewal {
  readonly verdict: 'current' | 'replaced';
  readonly secrets: SessionSecrets;
  readonly at: Date;
}

/** With another access token, and another renewal secret where the current one was used. */
export function renewedSession(session: Session, { verdict, secrets, at }: Renewal): Session {
  const { endsAt } = session;
  const now = at.toISOString();
  const access = session.access.filter(({ until }) => until > now);
  const kept = [...access, accessOf(secrets, at, endsAt)].slice(-mostAccessTokens);
  const renewed = { ...session, access: kept, renewedAt: now, idleUntil: earlier(after(at, idleSeconds), endsAt) };
  if (verdict === 'replaced') return renewed;
  return {
    ...renewed,
    renewalHash: secretHash(secrets.renewal),
    replaced: { hash: session.renewalHash, until: after(at, graceSeconds) },
  };
}

/** A one-time code that starts a session, as a sign-in link carries it. */
export interface SignInCode {
  readonly id: string;
  readonly teamId: string;
  readonly tokenId: string;
  readonly codeHash: string;
  readonly until: string;
  /** When the table may drop it, in seconds since the epoch. */
  readonly expiresAt: number;
}

export const codeSeconds = 15 * 60;
