/** Teams and their tokens. A token is shown once; the table knows only its hash. */
import { createHash, randomBytes } from 'node:crypto';

export type Scope = 'read' | 'write' | 'admin';
export const scopes = ['read', 'write', 'admin'] as const satisfies readonly Scope[];

export interface Token {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The id of the token that created it; null or not set for a root, which the operator created. */
  readonly parentId?: string | null;
  /** Hashes of its ancestors, its parent first. The token is accepted only while all of them are. */
  readonly ancestors?: readonly string[];
  /** A token of the platform's operator, which may make tokens for any team. */
  readonly operator: boolean;
  /**
   * Who holds it; null or not set for a program's. They become the administrator of an app that they make with the
   * Heroku CLI.
   */
  readonly email?: string | null;
  readonly createdAt: string;
  /** From then on it opens nothing (ISO 8601); null or not set: until it is revoked. */
  readonly expiresAt?: string | null;
  /** To the minute (ISO 8601); null or not set: never. */
  readonly lastUsedAt?: string | null;
  /** SHA-256 of the secret, in hex. */
  readonly hash: string;
}

/** Whom a request acts for. */
export interface Caller {
  readonly teamId: string;
  readonly tokenId: string;
  readonly scopes: readonly Scope[];
  readonly operator: boolean;
  /** The session that the request came with; not set for a token. */
  readonly sessionId?: string;
}

/** The scopes that each scope includes. */
const included: Readonly<Record<Scope, readonly Scope[]>> = {
  read: ['read'],
  write: ['read', 'write'],
  admin: ['read', 'write', 'admin'],
};

export const holdsScope = (held: readonly Scope[], needed: Scope): boolean =>
  held.some((scope) => included[scope].includes(needed));

export const isExpired = ({ expiresAt }: Pick<Token, 'expiresAt'>, at: Date): boolean =>
  typeof expiresAt === 'string' && expiresAt <= at.toISOString();

/** A new bearer secret: 256 random bits behind a prefix that secret scanners can find. */
export const newSecret = (): string => `latchkey_${randomBytes(32).toString('base64url')}`;

export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export interface Team {
  readonly id: string;
  readonly name: string;
}
