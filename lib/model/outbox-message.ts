/**
 * The outbox: actions outside the table that follow a change. A message is written in the change's transaction and
 * removed after it was dispatched, so that no crash loses it: the sweep dispatches the remaining messages.
 */

import type { Entry } from './entry.ts';

export type MachineName =
  | 'key-shutdown'
  | 'key-restart'
  | 'provision-database'
  | 'destroy-database'
  | 'promote-database'
  | 'backup-database'
  | 'daily-backups'
  | 'drill';

/** A notice that each recipient gets once: each admin of an affected app, and each contact of the key. */
export type NoticeRequest = LockoutNoticeRequest | KeyNoticeRequest | WebhookNoticeRequest;

/** `round` counts how often the lockout changed from restoring to stopping. */
export interface LockoutNoticeRequest {
  readonly teamId: string;
  readonly lockoutId: string;
  readonly fact: LockoutNoticeKind;
  readonly round: number;
  /** Distinguishes several notices of one kind in a round, for example by a database. */
  readonly about?: string;
}

/** A notice of a key, with or without a lockout. */
export interface KeyNoticeRequest {
  readonly teamId: string;
  readonly keyId: string;
  readonly fact: KeyNoticeKind;
  /** Distinguishes several notices of one kind: date and mark of a warning, a contact, a drill, or a due time. */
  readonly about: string;
  /** An address that the notice is about. */
  readonly email?: string;
}

/** A webhook gets no events any more, without a request of its team. */
export interface WebhookNoticeRequest {
  readonly teamId: string;
  readonly webhookId: string;
  readonly fact: WebhookNoticeKind;
  /** When it happened (ISO 8601). */
  readonly about: string;
}

export type WebhookNoticeKind = 'webhook_paused';

export const lockoutNoticeKinds = [
  'lockout_opened',
  'cause_changed',
  'lockout_cancelled',
  'databases_stopped',
  'databases_restored',
  'attention_needed',
] as const;
export type LockoutNoticeKind = (typeof lockoutNoticeKinds)[number];

/**
 * Early warnings, and their withdrawal; `contact_added` asks a new contact to confirm its address. `drill_…`: notices
 * of drills, which go to contacts only and are marked in the subject.
 */
export const keyNoticeKinds = [
  'deletion_near',
  'deletion_withdrawn',
  'expiry_near',
  'expiry_withdrawn',
  'key_degraded',
  'key_recovered',
  'events_lost',
  'events_proven',
  'rotation_due',
  'sibling_changed',
  'recipient_bounced',
  'contact_added',
  'drill_disable_requested',
  'drill_enable_requested',
  'drill_failed',
  'drill_overdue',
] as const;
export type KeyNoticeKind = (typeof keyNoticeKinds)[number];

/** What a real drill asks the owner of the drill key for. */
export type DrillRequestKind = Extract<KeyNoticeKind, `drill_${string}_requested`>;

export const isAboutDrill = (fact: KeyNoticeKind): boolean => fact.startsWith('drill_');

export type NoticeKind = LockoutNoticeKind | KeyNoticeKind | WebhookNoticeKind;

export const isAboutLockout = (notice: NoticeRequest): notice is LockoutNoticeRequest => 'lockoutId' in notice;
export const isAboutWebhook = (notice: NoticeRequest): notice is WebhookNoticeRequest => 'webhookId' in notice;

export type OutboxMessage =
  | {
      readonly kind: 'workflow';
      readonly machine: MachineName;
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'notice'; readonly notice: NoticeRequest }
  | { readonly kind: 'restart'; readonly restart: RestartRequest }
  | { readonly kind: 'rotation'; readonly rotation: { readonly teamId: string; readonly databaseId: string } }
  | { readonly kind: 'maintenance'; readonly maintenance: { readonly teamId: string; readonly databaseId: string } }
  | { readonly kind: 'webhooks'; readonly teamId: string }
  | { readonly kind: 'event'; readonly entry: Entry };

/** Restarts an app with this release or a later one. */
export interface RestartRequest {
  readonly teamId: string;
  readonly appId: string;
  readonly release: number;
}

/** A message in the outbox. `claimedUntil` is the end of a worker's claim (ISO 8601), or null. */
export interface Pending {
  readonly id: string;
  readonly effect: OutboxMessage;
  /** When its change was committed (ISO 8601). */
  readonly since: string;
  readonly claimedUntil: string | null;
  readonly attempts: number;
}

/** The outcome of a publication. A message in neither list stays in the outbox. */
export interface Published {
  /** Ids. */
  readonly taken: readonly string[];
  readonly refused: readonly Refusal[];
  /** Set if the bus did not respond to the remaining messages. */
  readonly failure: unknown;
}

export interface Refusal {
  readonly id: string;
  readonly reason: string;
  /** Whether a retry is useless. */
  readonly final: boolean;
}

/** A message that is not retried until an operator resends it. */
export interface Parked {
  readonly id: string;
  readonly teamId: string;
  /** An event is kept as the sequence number of its timeline entry. */
  readonly message:
    | Exclude<OutboxMessage, { readonly kind: 'event' }>
    | { readonly kind: 'event'; readonly type: string; readonly seq: number };
  readonly since: string;
  readonly attempts: number;
  readonly parkedAt: string;
  readonly reason: string;
}

export interface Start {
  readonly machine: MachineName;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}
