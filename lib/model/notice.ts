/** A notice to a recipient: one mail per recipient and kind, which lists the databases that concern the recipient. */

import type { Cause, PolicyStatement } from './key.ts';
import type { LockoutState } from './lockout-state.ts';
import type { KeyNoticeKind, LockoutNoticeKind, WebhookNoticeKind } from './outbox-message.ts';
import type { PresentCause } from './remedy.ts';
import type { PauseReason } from './webhook.ts';

export interface AffectedDatabase {
  readonly name: string;
  readonly plan: string;
  readonly status: string;
  /** Names of the apps that the database is attached to. */
  readonly apps: readonly string[];
  /** The reason why the database cannot be stopped or started; only in `attention_needed`. */
  readonly trouble: string | null;
}

export type Notice = LockoutNotice | KeyNotice | WebhookNotice;

/** Why the recipient gets the notice. */
export type RecipientRole = 'admin' | 'contact';

interface NoticeBase {
  readonly team: string;
  /** When the notice is rendered (ISO 8601, UTC). */
  readonly at: string;
  readonly databases: readonly AffectedDatabase[];
  readonly role: RecipientRole;
  /** Set in the single mail to an unconfirmed address. */
  readonly confirmation: Confirmation | null;
}

export interface KeyNotice extends NoticeBase {
  readonly keyArn: string;
  readonly fact: KeyNoticeKind;
  readonly keyId: string;
  /** When the key is deleted, or its imported material expires (ISO 8601); null if no such date is set. */
  readonly date: string | null;
  /** The needed actions that KMS refuses, as policies name them. */
  readonly refused: readonly string[];
  /** The statements that the key's policy lacks. */
  readonly statements: readonly PolicyStatement[];
  /** What removes the warning about the rotation: a command or a sentence. */
  readonly rotationFix: string | null;
  readonly sibling: { readonly arn: string; readonly state: string } | null;
  /** The address that the notice is about. */
  readonly email: string | null;
  /** What distinguishes it from others of its kind: the id of a drill, or when an overdue one was due. */
  readonly about: string;
  /** Set if a real drill waits for the owner of the drill key. */
  readonly awaiting: AwaitedOwner | null;
}

export interface AwaitedOwner {
  readonly drillKeyArn: string;
  /** The name of the database that was forked. */
  readonly database: string;
  /** When the drill fails without the owner's call (ISO 8601). */
  readonly until: string;
}

export interface WebhookNotice extends NoticeBase {
  readonly fact: WebhookNoticeKind;
  readonly webhookId: string;
  /** Of the webhook's URL, whose path may be a secret. */
  readonly host: string;
  readonly reason: PauseReason;
  /** ISO 8601, UTC. */
  readonly failingSince: string | null;
  /** The base URL of the API. */
  readonly apiUrl: string;
}

export interface LockoutNotice extends NoticeBase {
  readonly keyArn: string;
  readonly fact: LockoutNoticeKind;
  readonly lockoutId: string;
  /** The lockout's state when the notice is rendered. */
  readonly state: LockoutState;
  /** The cause that opened the lockout. */
  readonly openedBy: Cause;
  /** The cause that the last check found; for a key that is usable again, the last cause before that. */
  readonly present: PresentCause;
  /** Whether the last check found the key usable again. */
  readonly isUsable: boolean;
  /** The statements that the key's policy lacks. */
  readonly statements: readonly PolicyStatement[];
  /** ISO 8601, UTC. */
  readonly openedAt: string;
  readonly deadline: string;
  /** How many lockouts of the key were opened in the hour before this one. */
  readonly earlier: number;
  /** Whether the lockout is that of a real drill. */
  readonly isDrill: boolean;
}

export interface Confirmation {
  /** The base URL of the API. */
  readonly url: string;
  /** The path below it to which the code is posted. */
  readonly path: string;
  readonly code: string;
}

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** `failed` is retried; the other reasons are final. */
export type NoticeReason = 'failed' | 'unconfirmed' | 'folded' | 'over_limit' | 'bounced';

export interface NoticeFailure {
  readonly reason: NoticeReason;
  /** The first failed attempt (ISO 8601). */
  readonly since: string;
  readonly detail: string;
  readonly inTimeline: boolean;
}
