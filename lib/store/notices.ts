/** Who was told what, so that nobody is told twice, and whether the timeline tells of it. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { NoticeRequest } from '#lib/model/outbox-message.ts';
import { claimedFrom, claimIsVoid, isClaimed, momentsOf } from './claim.ts';
import type { Change } from './commit.ts';
import { conditionally } from './conflict.ts';
import { translated } from './errors.ts';
import { hashedPart } from './row-key.ts';
import { type Address, documents, readRow, tableName, teamPartition } from './table.ts';

export const noticeStore = () => ({
  /** The stored outcome of this notice to this admin; null before the first attempt. */
  noticeTo: async (notice: NoticeRequest, admin: string): Promise<NoticeRow | null> =>
    (await readRow<NoticeRow>(noticeRow(notice, admin))) ?? (await readRow<NoticeRow>(formerRow(notice, admin))),

  /** True if the caller has the claim and may send the notice. A claim that a crash left expires after a minute. */
  claimNotice: async (notice: NoticeRequest, admin: string, { at, known }: Claim): Promise<boolean> => {
    if (known?.sentAt || (known?.claimedUntil && isClaimed(known.claimedUntil, at))) return false;
    const row = {
      ...noticeRow(notice, admin),
      sentAt: null,
      failure: known?.failure ?? null,
      claimedUntil: claimedFrom(at),
      version: 1,
    };
    const condition = {
      ConditionExpression: `attribute_not_exists(pk) OR (sentAt = :none AND (claimedUntil = :none OR ${claimIsVoid}))`,
      ExpressionAttributeValues: { ...momentsOf(at), ':none': null },
    };
    return conditionally(() => documents().send(new PutCommand({ TableName: tableName(), Item: row, ...condition })));
  },

  noticeSent: async (
    notice: NoticeRequest,
    admin: string,
    sent: { at: Date; messageId: string },
  ): Promise<NoticeRow> => {
    const row: NoticeRow = {
      ...noticeRow(notice, admin),
      ...{
        sentAt: sent.at.toISOString(),
        messageId: sent.messageId,
        claimedUntil: null,
        failure: null,
        inTimeline: false,
        version: 1,
      },
    };
    await translated(documents().send(new PutCommand({ TableName: tableName(), Item: row })));
    return row;
  },

  /** Releases the claim, so that a retry need not wait, and stores the reason. */
  noticeFailed: async (notice: NoticeRequest, admin: string, failure: NoticeFailure): Promise<NoticeRow> => {
    const row: NoticeRow = {
      ...noticeRow(notice, admin),
      sentAt: null,
      messageId: '',
      claimedUntil: null,
      failure,
      version: 1,
    };
    await translated(documents().send(new PutCommand({ TableName: tableName(), Item: row })));
    return row;
  },
});
export type NoticeStore = ReturnType<typeof noticeStore>;

interface Claim {
  readonly at: Date;
  /** The row as the caller read it. */
  readonly known: NoticeRow | null;
}

/** `failed` is retried; the other reasons are final. */
export type NoticeReason = 'failed' | 'unconfirmed' | 'folded' | 'over_limit';

export interface NoticeFailure {
  readonly reason: NoticeReason;
  /** The first failed attempt (ISO 8601). */
  readonly since: string;
  readonly detail: string;
  readonly inTimeline: boolean;
}

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

/** Saved with the entry that tells of it. */
export const noticeInTimeline = (notice: NoticeRow): Change => ({
  kind: 'save',
  row: notice.sentAt
    ? { ...notice, inTimeline: true }
    : { ...notice, failure: notice.failure && { ...notice.failure, inTimeline: true } },
});

/** Identifies a notice to a recipient, in a text of bounded length. */
export const noticePlace = (notice: NoticeRequest, admin: string): string => noticeRow(notice, admin).sk;

const noticeRow = ({ teamId, lockoutId, fact, round, about }: NoticeRequest, admin: string) => ({
  pk: teamPartition(teamId),
  sk: `NOTICE#${lockoutId}#${fact}#${round}#${hashedPart(admin)}${about ? `#${about}` : ''}`,
  admin,
  fact,
});

/**
 * Rows written before addresses were hashed, so that a lockout that is open during the upgrade causes no duplicate
 * mails.
 */
const formerRow = ({ teamId, lockoutId, fact, round, about }: NoticeRequest, admin: string): Address => ({
  pk: teamPartition(teamId),
  sk: `NOTICE#${lockoutId}#${fact}#${round}#${admin}${about ? `#${about}` : ''}`,
});
