/** Notifies everybody who is told about a key or its lockout. Idempotent: each recipient gets one mail per notice. */
import { isAboutLockout, type NoticeRequest } from '#lib/model/outbox-message.ts';
import { type NotifyKeyDeps, notifyOfKey } from './notify-key.ts';
import { type NotifyLockoutDeps, notifyOfLockout } from './notify-lockout.ts';

export type NotifyDeps = NotifyLockoutDeps & NotifyKeyDeps;

/** Throws `Transient` while a recipient could not be notified. Recipients that were notified get no second mail. */
export const notifyRecipients =
  (deps: NotifyDeps) =>
  (request: NoticeRequest): Promise<void> =>
    isAboutLockout(request) ? notifyOfLockout(deps, request) : notifyOfKey(deps, request);
