/** What the API answers, by the contracts. Types only: no contract is part of the bundle. */
import type { ListApps } from '#lib/contracts/apps.ts';
import type { ListBackups } from '#lib/contracts/backups.ts';
import type { GetDatabase, ListPlans } from '#lib/contracts/databases.ts';
import type { GetImpact } from '#lib/contracts/impact.ts';
import type { GetKey } from '#lib/contracts/keys.ts';
import type { GetLockout } from '#lib/contracts/lockouts.ts';
import type { AnswerOf } from '#lib/contracts/operation.ts';
import type { ListTimeline, VerifyTimeline } from '#lib/contracts/timeline.ts';
import type { ListTokens } from '#lib/contracts/tokens.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
}

type ItemOf<P extends { readonly items: readonly unknown[] }> = P['items'][number];

export type Key = AnswerOf<typeof GetKey> & { readonly description?: string | null };
export type Check = Key['check'];
export type Action = keyof Check['actions'];
export type Lockout = AnswerOf<typeof GetLockout> & {
  readonly progress?: Progress | null;
  readonly expected?: { readonly stoppedBy: string | null; readonly restoredBy: string | null };
  readonly actions?: readonly string[];
  readonly remedy?: readonly RemedyStep[];
};
export interface Progress {
  readonly databases: number;
  readonly servicesStopped: number;
  readonly serversStopped: number;
  readonly serversStarted: number;
  readonly servicesStarted: number;
  readonly held: number;
}
export interface RemedyStep {
  readonly text: string | null;
  readonly commands: readonly string[];
}
export type Impact = AnswerOf<typeof GetImpact> & {
  readonly recipients?: { readonly total: number; readonly items: readonly Recipient[] };
};
export interface Recipient {
  readonly email: string;
  readonly isConfirmed: boolean;
  readonly apps: readonly string[];
}
export type Database = AnswerOf<typeof GetDatabase>;
export type Plan = ItemOf<AnswerOf<typeof ListPlans>>;
export type App = ItemOf<AnswerOf<typeof ListApps>>;
export type Backup = ItemOf<AnswerOf<typeof ListBackups>>;
export type Entry = ItemOf<AnswerOf<typeof ListTimeline>>;
export type TimelineVerification = AnswerOf<typeof VerifyTimeline>;
export type Token = ItemOf<AnswerOf<typeof ListTokens>>;

export interface Session {
  readonly id: string;
  readonly team: { readonly id: string; readonly name: string };
  readonly person: string;
  readonly scopes: readonly ('read' | 'write' | 'admin')[];
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly endsAt: string;
  readonly userAgent: string | null;
  readonly isCurrent: boolean;
}
/** Whom the team tells by mail. */
export type KnownRecipient = Recipient;
export interface StartedSession {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly session: Session;
}
