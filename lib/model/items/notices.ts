/** Items of notices: which recipient was notified of what, and whether the timeline records it. */

import type { NoticeFailure } from '#lib/model/notice.ts';
import {
  isAboutLockout,
  isAboutWebhook,
  type LockoutNoticeRequest,
  type NoticeRequest,
} from '#lib/model/outbox-message.ts';
import { type Address, teamPartition } from './address.ts';
import type { Change } from './change.ts';
import { hashedPart } from './row-key.ts';

export interface NoticeRow extends Address {
  readonly admin: string;
  /** ISO 8601; null until the mail is sent. */
  readonly sentAt: string | null;
  readonly messageId: string;
  readonly claimedUntil: string | null;
  /** Why the mail is not sent; absent in rows from before failures were stored. */
  readonly failure?: NoticeFailure | null;
  /** Whether the timeline records the mail; absent in rows from before this was stored. */
  readonly inTimeline?: boolean;
  readonly version: number;
}

export const noticeRow = (notice: NoticeRequest, admin: string) => ({
  pk: teamPartition(notice.teamId),
  sk: `NOTICE#${subjectOf(notice)}#${hashedPart(admin)}${notice.about ? `#${notice.about}` : ''}`,
  admin,
  fact: notice.fact,
});

function subjectOf(notice: NoticeRequest): string {
  if (isAboutLockout(notice)) return `${notice.lockoutId}#${notice.fact}#${notice.round}`;
  return `${isAboutWebhook(notice) ? notice.webhookId : notice.keyId}#${notice.fact}`;
}

/**
 * Rows written before addresses were hashed, so that a lockout that is open during the upgrade causes no duplicate
 * mails.
 */
export const formerRow = ({ teamId, lockoutId, fact, round, about }: LockoutNoticeRequest, admin: string): Address => ({
  pk: teamPartition(teamId),
  sk: `NOTICE#${lockoutId}#${fact}#${round}#${admin}${about ? `#${about}` : ''}`,
});

/** Saved with the timeline entry about it. */
export const noticeInTimeline = (notice: NoticeRow): Change => ({
  kind: 'save',
  row: notice.sentAt
    ? { ...notice, inTimeline: true }
    : { ...notice, failure: notice.failure && { ...notice.failure, inTimeline: true } },
});

/** Identifies a notice to a recipient, in a text of bounded length. */
export const noticePlace = (notice: NoticeRequest, admin: string): string => noticeRow(notice, admin).sk;

export interface Claim {
  readonly at: Date;
  /** The row as the caller read it. */
  readonly known: NoticeRow | null;
}
