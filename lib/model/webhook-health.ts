/** A webhook's status after an attempt. Pure. */
import { pausedAfterMs, type Webhook } from './webhook.ts';
import type { Attempt } from './webhook-delivery.ts';

/** 410 Gone: the receiver asks for no more events. */
const gone = 410;

/** The same webhook if the attempt changes nothing. */
export function healthAfter(webhook: Webhook, { at, error, statusCode }: Attempt): Webhook {
  const { failingSince } = webhook;
  if (error === null) return failingSince === null ? webhook : { ...webhook, failingSince: null };
  if (webhook.status !== 'active') return webhook;
  if (statusCode === gone)
    return { ...webhook, status: 'disabled', pausedBecause: 'gone', failingSince: failingSince ?? at };
  if (failingSince === null) return { ...webhook, failingSince: at };
  if (Date.parse(at) - Date.parse(failingSince) < pausedAfterMs) return webhook;
  return { ...webhook, status: 'paused', pausedBecause: 'failing' };
}
