/** Webhooks: a team's URLs that get its events, signed as Standard Webhooks (standardwebhooks.com) says. */
import { createHmac, randomBytes } from 'node:crypto';
import type { EventType } from './events.ts';

/**
 * `paused`: by a request, or after five days in which every attempt failed. `disabled`: the receiver responded 410
 * Gone. Neither gets events; both become `active` by a request.
 */
export const webhookStatuses = ['active', 'paused', 'disabled'] as const;
export type WebhookStatus = (typeof webhookStatuses)[number];

export const pauseReasons = ['requested', 'failing', 'gone'] as const;
export type PauseReason = (typeof pauseReasons)[number];

export interface Webhook {
  readonly id: string;
  readonly teamId: string;
  readonly url: string;
  readonly description: string;
  /** Null: events of every type. */
  readonly types: readonly EventType[] | null;
  readonly status: WebhookStatus;
  /** Null while active. */
  readonly pausedBecause: PauseReason | null;
  /** The secret as ciphertext under the platform's KMS key, in base64. */
  readonly sealedSecret: string;
  /** The secret before the last rotation; deliveries are signed with both until `until` (ISO 8601). */
  readonly previous: { readonly sealedSecret: string; readonly until: string } | null;
  /** The end of the team's timeline at the webhook's creation: later events are delivered. */
  readonly afterSeq: number;
  /** The first attempt after which every attempt failed (ISO 8601); null if the last one succeeded. */
  readonly failingSince: string | null;
  readonly createdAt: string;
  readonly version: number;
}

/**
 * The place up to which a team's events were turned into deliveries, and the lease of the worker that delivers them.
 */
export interface WebhookFeed {
  readonly teamId: string;
  /** The sequence number of the last timeline entry whose deliveries exist. */
  readonly after: number;
  /** When the next delivery is due (ISO 8601); null if none is. */
  readonly dueAt: string | null;
  /** ISO 8601; null while no worker has the team. */
  readonly leasedUntil: string | null;
  readonly version: number;
}

/** A team's webhook is failing for so long that it is paused. */
export const pausedAfterMs = 5 * 86_400_000;

const secretPrefix = 'whsec_';

/** 256 random bits, written as Standard Webhooks writes symmetric secrets. */
export const newWebhookSecret = (): string => `${secretPrefix}${randomBytes(32).toString('base64')}`;

export interface SignedMessage {
  /** The event's id, which stays the same over all attempts. */
  readonly id: string;
  /** When it is sent. */
  readonly at: Date;
  readonly body: string;
}

/** The headers of a delivery: a signature by each secret. Source: the Standard Webhooks specification, "Headers". */
export function signedHeaders({ id, at, body }: SignedMessage, secrets: readonly string[]): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatureBy = (secret: string): string =>
    createHmac('sha256', Buffer.from(secret.slice(secretPrefix.length), 'base64'))
      .update(`${id}.${timestamp}.${body}`)
      .digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => `v1,${signatureBy(secret)}`).join(' '),
  };
}

/** Whether the webhook gets an event of its team. */
export const isSubscribed = (
  { status, types, afterSeq }: Pick<Webhook, 'status' | 'types' | 'afterSeq'>,
  { type, seq }: { readonly type: EventType; readonly seq: number },
): boolean => status === 'active' && seq > afterSeq && (types === null || types.includes(type));
