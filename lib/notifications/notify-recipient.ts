/**
 * Sends one notice to one recipient: claim, check of the limits, send, record. A failure affects this recipient only.
 */

import { log } from '#lib/log.ts';
import { isRecent } from '#lib/model/clock.ts';
import type { NoticeRow } from '#lib/model/items/notices.ts';
import type { Mail, Notice, NoticeFailure } from '#lib/model/notice.ts';
import { isAboutLockout, isAboutWebhook, type NoticeRequest } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Transient } from '#lib/model/problem.ts';
import { type AllowDeps, allowMail, type MailDecision } from './allow.ts';
import type { RecipientNotice } from './recipient-notice.ts';

export type NotifyRecipientDeps = AllowDeps &
  Needs<'noticeTo' | 'claimNotice' | 'noticeSent' | 'noticeFailed' | 'sendMail' | 'now'> & {
    readonly render: (notice: Notice) => Mail;
  };

/** `sent`: now or before. `closed`: no mail will be sent. The row is null if the outcome could not be stored. */
export interface NoticeOutcome {
  readonly outcome: 'sent' | 'pending' | 'closed';
  readonly row: NoticeRow | null;
  /** Whether SES was called. */
  readonly isMail: boolean;
}

function subjectOf(request: NoticeRequest) {
  if (isAboutWebhook(request)) return { webhookId: request.webhookId };
  return isAboutLockout(request) ? { lockoutId: request.lockoutId } : { keyId: request.keyId };
}

const pending: NoticeOutcome = { outcome: 'pending', row: null, isMail: false };

/** A mail is not retried after it failed for this long. */
const retryPeriodMs = 24 * 3_600_000;

/**
 * Never throws. Once SES accepted the mail, the claim is not released, so that a later failure does not send the mail
 * again while the claim is stored.
 */
export async function notifyRecipient(deps: NotifyRecipientDeps, delivery: RecipientNotice): Promise<NoticeOutcome> {
  const { request } = delivery;
  try {
    return await attemptNotice(deps, delivery);
  } catch (error) {
    log.error('A recipient could not be notified', {
      ...subjectOf(request),
      fact: request.fact,
      error: error as Error,
    });
    return pending;
  }
}

async function attemptNotice(deps: NotifyRecipientDeps, delivery: RecipientNotice): Promise<NoticeOutcome> {
  const { request, admin } = delivery;
  const known = await deps.noticeTo(request, admin);
  if (known?.sentAt) return { outcome: 'sent', row: known, isMail: false };
  if (known?.failure && isFinal(known.failure, deps.now())) return { outcome: 'closed', row: known, isMail: false };
  if (!(await deps.claimNotice(request, admin, { at: deps.now(), known }))) return pending;
  const allowed = await allowMail(deps, delivery, known);
  if ('reason' in allowed) {
    const failure = { since: deps.now().toISOString(), inTimeline: false, ...allowed };
    return { outcome: 'closed', row: await deps.noticeFailed(request, admin, failure), isMail: false };
  }
  const mail = await attemptMail(deps, delivery, allowed);
  if ('messageId' in mail)
    return storeSent(() => deps.noticeSent(request, admin, { at: deps.now(), messageId: mail.messageId }));
  const failure = {
    since: deps.now().toISOString(),
    inTimeline: false,
    ...known?.failure,
    reason: 'failed' as const,
    detail: mail.failed,
  };
  return { outcome: 'pending', row: await deps.noticeFailed(request, admin, failure), isMail: true };
}

const isFinal = ({ reason, since }: NoticeFailure, at: Date): boolean =>
  reason !== 'failed' || !isRecent(since, at, retryPeriodMs);

async function attemptMail(
  deps: NotifyRecipientDeps,
  { request, keyId, admin, notice }: RecipientNotice,
  { confirmation }: Exclude<MailDecision, { reason: unknown }>,
): Promise<{ readonly messageId: string } | { readonly failed: string }> {
  try {
    const origin = { teamId: request.teamId, keyId };
    return { messageId: await deps.sendMail(admin, deps.render({ ...notice, confirmation }), origin) };
  } catch (error) {
    if (error instanceof Transient) return { failed: error.message };
    log.error('A notice could not be rendered', { ...subjectOf(request), fact: request.fact, error });
    return { failed: 'The mail could not be rendered.' };
  }
}

/** A sent mail that is not recorded is sent again when its claim expires, so the write is attempted several times. */
const maxAttempts = 5;

async function storeSent(markSent: () => Promise<NoticeRow>): Promise<NoticeOutcome> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    try {
      return { outcome: 'sent', row: await markSent(), isMail: true };
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
    }
  }
  return { ...pending, isMail: true };
}
