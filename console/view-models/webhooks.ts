/** Webhooks and their deliveries as lines: whether events arrive, and why not. */
import type { Delivery, Webhook } from '../api/types.ts';
import { count, readable } from './names.ts';
import { duration } from './time.ts';
import { type Tone, words } from './tone.ts';

export interface WebhookState {
  readonly tone: Tone;
  /** One word. */
  readonly state: 'active' | 'failing' | 'paused' | 'disabled';
  readonly detail: string;
  /** Since when every attempt failed (ISO 8601). */
  readonly since: string | null;
}

const pauses = {
  requested: 'Paused by a request. Events of this time are not delivered.',
  failing: 'Paused, because every attempt of five days failed. Events of this time are not delivered.',
  gone: 'Disabled, because the receiver responded with 410 Gone.',
} as const;

export function webhookState({ status, pausedBecause, failingSince }: Webhook): WebhookState {
  if (status !== 'active') {
    const because = pausedBecause ?? (status === 'disabled' ? 'gone' : 'requested');
    return { tone: because === 'requested' ? 'amber' : 'red', state: status, detail: pauses[because], since: null };
  }
  if (failingSince) {
    const detail = 'Every attempt fails. After five days of this it is paused.';
    return { tone: 'amber', state: 'failing', detail, since: failingSince };
  }
  return { tone: 'green', state: 'active', detail: 'Gets the events of the team.', since: null };
}

/** The host alone: a path may be a secret of the receiver. */
export const webhookName = ({ url, description }: Webhook): string => {
  const given = readable(description.trim(), 80);
  return given || (URL.canParse(url) ? new URL(url).host : readable(url, 80));
};

export interface DeliveryLine {
  readonly id: string;
  readonly tone: Tone;
  readonly status: Delivery['status'];
  /** The type of the event. */
  readonly event: string;
  /** What came of it: `not sent yet`, `2 attempts, the last: status 204 after 84 ms`. */
  readonly outcome: string;
  readonly nextAttemptAt: string | null;
  readonly createdAt: string;
}

const tones: Readonly<Record<Delivery['status'], Tone>> = { pending: 'blue', delivered: 'green', failed: 'red' };

export function deliveryLine({ id, status, event, attempts, nextAttemptAt, createdAt }: Delivery): DeliveryLine {
  const last = attempts.at(-1);
  return {
    ...{ id, status, nextAttemptAt, createdAt },
    tone: status === 'pending' && attempts.length > 0 ? 'amber' : tones[status],
    event: readable(event.type, 80),
    outcome: last ? `${count(attempts.length, 'attempt')}, the last: ${outcomeOf(last)}` : 'not sent yet',
  };
}

function outcomeOf({ statusCode, error, durationMs }: Delivery['attempts'][number]): string {
  const time = durationMs < 1000 ? `${durationMs} ms` : duration(durationMs);
  const what = error === 'http_status' || error === null ? `status ${statusCode ?? 'unknown'}` : words(error);
  return `${what} after ${time}`;
}

/** Whether something is sent soon, so that the page reads often. */
export const isDelivering = (deliveries: readonly Delivery[], now: number): boolean =>
  deliveries.some(
    ({ status, nextAttemptAt }) => status === 'pending' && Date.parse(nextAttemptAt ?? '') < now + 10_000,
  );
