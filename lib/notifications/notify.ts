/**
 * Notifies all recipients of a notice about a key, its lockout or a webhook. Idempotent: each recipient gets one mail
 * per notice.
 */
import { isAboutLockout, isAboutWebhook, type NoticeRequest } from '#lib/model/outbox-message.ts';
import { type NotifyKeyDeps, notifyOfKey } from './notify-key.ts';
import { type NotifyLockoutDeps, notifyOfLockout } from './notify-lockout.ts';
import { type NotifyWebhookDeps, notifyOfWebhook } from './notify-webhook.ts';

/** Throws `Transient` while a recipient could not be notified. Recipients that were notified get no second mail. */
export const notifyRecipients =
  (deps: NotifyLockoutDeps & NotifyKeyDeps & NotifyWebhookDeps) =>
  (request: NoticeRequest): Promise<void> => {
    if (isAboutWebhook(request)) return notifyOfWebhook(deps, request);
    return isAboutLockout(request) ? notifyOfLockout(deps, request) : notifyOfKey(deps, request);
  };
