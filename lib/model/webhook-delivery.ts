/** Deliveries of webhooks: one for each event and webhook, with its attempts. Pure. */
import { plusSeconds } from './clock.ts';
import type { Entry } from './entry.ts';
import type { Webhook } from './webhook.ts';

/** Why an attempt failed without a usable response. `http_status`: the status was not 2xx. */
export const deliveryErrors = [
  'http_status',
  'redirected',
  'timed_out',
  'name_unresolved',
  'address_refused',
  'connection_failed',
  'tls_failed',
  'response_invalid',
  'url_refused',
  'webhook_paused',
  'event_missing',
] as const;
export type DeliveryError = (typeof deliveryErrors)[number];

export interface Attempt {
  /** ISO 8601. */
  readonly at: string;
  readonly durationMs: number;
  readonly statusCode: number | null;
  /** Null for a success. */
  readonly error: DeliveryError | null;
}

export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

export interface Delivery {
  readonly id: string;
  readonly teamId: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  /** The event's place in the team's timeline; null for a ping. */
  readonly seq: number | null;
  readonly status: DeliveryStatus;
  /** The latest, oldest first. */
  readonly attempts: readonly Attempt[];
  /** Attempts since the creation or the last redelivery. */
  readonly tries: number;
  /** ISO 8601; null unless pending. */
  readonly dueAt: string | null;
  readonly createdAt: string;
  /** Seconds since the epoch: the table drops the row then. */
  readonly expiresAt: number;
  readonly version: number;
}

/** What came of one attempt. */
export interface AttemptOutcome {
  readonly attempt: Attempt;
  /** Of the Retry-After header, in seconds. */
  readonly retryAfter: number | null;
}

const pingType = 'WebhookPing';
const keptDays = 30;

/** Seconds between attempts. */
const retryDelays = [5, 60, 300, 1800, 7200, 21_600, 43_200, 86_400] as const;
/** A delay is longer by up to this share, so that the retries of many deliveries spread. */
const jitter = 0.2;
/** A receiver can delay a retry by a day at most, and cannot bring it forward. */
const mostRetryAfter = 86_400;
const mostAttemptsKept = 20;

/** Derived from the event's id, so that an event has one delivery per webhook, however often it is processed. */
const deliveryIdOf = (entryId: string): string => entryId.replace(/^entry_/, 'dlv_');

type NewDelivery = Pick<Delivery, 'id' | 'eventId' | 'eventType' | 'seq'>;

const newDelivery = ({ teamId, id: webhookId }: Webhook, event: NewDelivery, at: Date): Delivery => ({
  ...event,
  teamId,
  webhookId,
  status: 'pending',
  attempts: [],
  tries: 0,
  dueAt: at.toISOString(),
  createdAt: at.toISOString(),
  expiresAt: Math.floor(at.getTime() / 1000) + keptDays * 86_400,
  version: 1,
});

export const deliveryOf = (webhook: Webhook, { id, type, seq }: Entry, at: Date): Delivery =>
  newDelivery(webhook, { id: deliveryIdOf(id), eventId: id, eventType: type, seq }, at);

export const pingOf = (webhook: Webhook, id: string, at: Date): Delivery =>
  newDelivery(webhook, { id, eventId: id, eventType: pingType, seq: null }, at);

export const isPing = ({ seq }: Pick<Delivery, 'seq'>): boolean => seq === null;

/** Due at once, with all retries ahead. */
export const redelivered = (delivery: Delivery, at: Date): Delivery => ({
  ...delivery,
  status: 'pending',
  tries: 0,
  dueAt: at.toISOString(),
});

/** The delivery after an attempt. `random`, from 0 to 1, is the share of the jitter. A ping is not retried. */
export function attempted(delivery: Delivery, { attempt, retryAfter }: AttemptOutcome, random: number): Delivery {
  const tries = delivery.tries + 1;
  const attempts = [...delivery.attempts, attempt].slice(-mostAttemptsKept);
  const after = { ...delivery, attempts, tries };
  if (attempt.error === null) return { ...after, status: 'delivered', dueAt: null };
  const delay = isPing(delivery) ? undefined : retryDelays[tries - 1];
  if (delay === undefined) return { ...after, status: 'failed', dueAt: null };
  const seconds = Math.max(delay * (1 + jitter * random), Math.min(retryAfter ?? 0, mostRetryAfter));
  return { ...after, dueAt: plusSeconds(new Date(Date.parse(attempt.at) + attempt.durationMs), seconds).toISOString() };
}

/** Ends a delivery without another attempt. */
export const abandoned = (delivery: Delivery, error: DeliveryError, at: Date): Delivery => ({
  ...delivery,
  attempts: [...delivery.attempts, { at: at.toISOString(), durationMs: 0, statusCode: null, error }].slice(
    -mostAttemptsKept,
  ),
  status: 'failed',
  dueAt: null,
});

/** The body: a CloudEvent in JSON with the members of the event on the bus. Null entry: a ping. */
export function bodyOf(delivery: Delivery, entry: Entry | null): string {
  const { type: _, ...detail } = entry ?? { type: pingType, webhookId: delivery.webhookId };
  return JSON.stringify({
    specversion: '1.0',
    id: delivery.eventId,
    source: 'latchkey',
    type: delivery.eventType,
    time: entry?.at ?? delivery.createdAt,
    datacontenttype: 'application/json',
    data: detail,
  });
}
