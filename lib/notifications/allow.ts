/**
 * Decides whether a recipient may get a mail now. Notices about a lockout itself (opened, cancelled, stopped, restored,
 * attention needed) to a confirmed address, or to one that needs no confirmation, are not limited; all others are. An
 * unconfirmed address keeps its only mail for a lockout.
 */

import { contactId } from '#lib/model/contact.ts';
import { type NoticeRow, noticePlace } from '#lib/model/items/notices.ts';
import { hashedPart } from '#lib/model/items/row-key.ts';
import type { Confirmation, NoticeFailure } from '#lib/model/notice.ts';
import { isAboutLockout, type NoticeRequest } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';
import { codeHash, dailyLimits, mailboxOf, newCode, recipientId } from '#lib/model/recipient.ts';
import type { RecipientNotice } from './recipient-notice.ts';

export type AllowDeps = Needs<'onlyMailClaimed' | 'countedToday' | 'recipientsOf' | 'now'> & {
  readonly settings: () => NotifySettings;
};

export interface NotifySettings {
  /** The base URL of the API. */
  readonly apiUrl: string;
  /** How long notices of a key that is disabled and enabled repeatedly are delayed. */
  readonly settleSeconds: number;
  /** The pause between two mails of one notice, after its first ten mails. */
  readonly pauseSeconds: number;
}

type Refusal = Pick<NoticeFailure, 'reason' | 'detail'>;
export type MailDecision = Refusal | { readonly confirmation: Confirmation | null };

const refusal = (reason: NoticeFailure['reason'], detail: string): Refusal => ({ reason, detail });

/** `known` is the notice's row: a mail that failed before was counted at its first attempt. */
export async function allowMail(
  deps: AllowDeps,
  delivery: RecipientNotice,
  known: NoticeRow | null,
): Promise<MailDecision> {
  if (delivery.isFolded) return refusal('folded', 'A later notice covers this one.');
  const { isOwn, recipient, request } = delivery;
  if (request.fact === 'contact_added') return allowOnlyMail(deps, delivery);
  if (recipient?.bouncedAt) return refusal('bounced', 'A mail to the address bounced, and it was not confirmed since.');
  if (!isOwn && !recipient?.confirmedAt) return isAboutLockout(request) ? allowOnlyMail(deps, delivery) : unconfirmed;
  return known?.failure ? { confirmation: null } : allowWithinLimit(deps, delivery);
}

async function allowWithinLimit(deps: AllowDeps, delivery: RecipientNotice): Promise<MailDecision> {
  const { request } = delivery;
  const isLockout = isAboutLockout(request);
  const isUnlimited = isLockout && request.fact !== 'cause_changed';
  if (isUnlimited || (await isBelowLimit(deps, delivery))) return { confirmation: null };
  const what = isLockout ? 'changes of a cause' : 'warnings of keys';
  return refusal('over_limit', `More than ${dailyLimits.recipient} ${what} were sent today.`);
}

/** Warnings and changes of a cause are counted apart, so that neither uses up the other's limit. */
const isBelowLimit = (deps: AllowDeps, { request, admin }: RecipientNotice): Promise<boolean> => {
  const mailbox = hashedPart(mailboxOf(admin));
  const what = isAboutLockout(request) ? mailbox : `warnings#${mailbox}`;
  return deps.countedToday({ teamId: request.teamId, what, limit: dailyLimits.recipient }, deps.now());
};

const unconfirmed = refusal('unconfirmed', 'The address was not confirmed with the code in its only mail.');

/**
 * Claims the single mail to an unconfirmed address. A retry of the same notice may send that mail again, with a new
 * code.
 */
async function allowOnlyMail(deps: AllowDeps, delivery: RecipientNotice): Promise<MailDecision> {
  const { request, admin } = delivery;
  const { teamId } = request;
  // Read again: a concurrent notice may have claimed the mail, and a count without a mail would lower the day's limit.
  const [recipient] = await deps.recipientsOf(teamId, [admin]);
  const [at, place, code] = [deps.now(), noticePlace(request, admin), newCode()];
  const isRetry = recipient?.place === place;
  if (recipient && !isRetry && recipient.lapsesAt >= at.toISOString()) return unconfirmed;
  const isCounted =
    isRetry || (await deps.countedToday({ teamId, what: 'unconfirmed', limit: dailyLimits.unconfirmed }, at));
  if (!isCounted)
    return refusal(
      'over_limit',
      'The mails to unconfirmed addresses of today were sent. Add the contact again tomorrow.',
    );
  const bouncedAt = recipient?.bouncedAt ?? null;
  const mail = { teamId, email: admin, codeHash: codeHash(code), place, bouncedAt };
  if (!(await deps.onlyMailClaimed(mail, at))) return unconfirmed;
  return { confirmation: { url: deps.settings().apiUrl, path: confirmationPath(request, admin), code } };
}

const confirmationPath = (request: NoticeRequest, admin: string): string =>
  !isAboutLockout(request) && request.fact === 'contact_added'
    ? `/v1/contacts/${contactId(request.teamId, request.keyId, admin)}/confirmation`
    : `/v1/recipients/${recipientId(request.teamId, admin)}/confirmation`;
