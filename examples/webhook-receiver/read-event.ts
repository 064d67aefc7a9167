import { Webhook } from 'standardwebhooks';

export interface WebhookEvent {
  /** The same in every attempt: ignore an event that you have already handled. */
  id: string;
  type: string;
  time: string;
  data: { seq: number; subject: Record<string, unknown>; data: Record<string, unknown> };
}

/**
 * Takes the body as it was received, before it is parsed as JSON. Throws if the signature is not valid, or if the
 * delivery was sent more than five minutes ago.
 */
export const readEvent = (secret: string, headers: Record<string, string>, body: string): WebhookEvent =>
  new Webhook(secret).verify(body, headers) as WebhookEvent;
