/** Who was told what, so that nobody is told twice, and whether the timeline tells of it. */
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { NoticeRequest } from '#lib/outbox/effect.ts';
import { claimedFrom, claimIsVoid, momentsOf } from './claim.ts';
import type { Change } from './commit.ts';
import { conditionally } from './conflict.ts';
import { translated } from './errors.ts';
import { type Address, documents, readRow, tableName, teamPartition } from './table.ts';

export const noticeStore = () => ({
  /** True for the one who may tell this admin this fact: nobody did, and nobody is at it. A claim left by a crash is void after a minute. */
  claimNotice: (notice: NoticeRequest, admin: string, at: Date): Promise<boolean> =>
    conditionally(() =>
      documents().send(
        new PutCommand({
          TableName: tableName(),
          Item: { ...noticeRow(notice, admin), sentAt: null, claimedUntil: claimedFrom(at) },
          ConditionExpression: `attribute_not_exists(pk) OR (sentAt = :none AND (${claimIsVoid}))`,
          ExpressionAttributeValues: { ...momentsOf(at), ':none': null },
        }),
      ),
    ),

  noticeSent: async (notice: NoticeRequest, admin: string, sent: { at: Date; messageId: string }): Promise<SentNotice> => {
    const row: SentNotice = {
      ...noticeRow(notice, admin),
      ...{ sentAt: sent.at.toISOString(), messageId: sent.messageId, claimedUntil: null, inTimeline: false, version: 1 },
    };
    await translated(documents().send(new PutCommand({ TableName: tableName(), Item: row })));
    return row;
  },

  /** Gives the claim back, so that the next try needn't wait. */
  noticeFailed: async (notice: NoticeRequest, admin: string): Promise<void> => {
    const { pk, sk } = noticeRow(notice, admin);
    await translated(documents().send(new DeleteCommand({ TableName: tableName(), Key: { pk, sk } })));
  },

  /** Null: it is not sent, as far as anybody noted. */
  sentNotice: async (notice: NoticeRequest, admin: string): Promise<SentNotice | null> => {
    const row = await readRow<SentNotice>(noticeRow(notice, admin));
    return row?.sentAt ? row : null;
  },
});
export type NoticeStore = ReturnType<typeof noticeStore>;

export interface SentNotice extends Address {
  readonly admin: string;
  /** ISO 8601; null while it is only claimed. */
  readonly sentAt: string | null;
  readonly messageId: string;
  /** Whether the timeline tells of it; absent in rows from before it was noted. */
  readonly inTimeline?: boolean;
  readonly version: number;
}

/** Saved with the entry that tells of it. */
export const noticeInTimeline = (notice: SentNotice): Change => ({ kind: 'save', row: { ...notice, inTimeline: true } });

const noticeRow = ({ teamId, lockoutId, fact, round, about }: NoticeRequest, admin: string) => ({
  pk: teamPartition(teamId),
  sk: `NOTICE#${lockoutId}#${fact}#${round}#${admin}${about ? `#${about}` : ''}`,
  admin,
  fact,
});
