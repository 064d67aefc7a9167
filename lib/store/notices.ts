/** The outcomes of notices per admin, so that no admin is notified twice, and whether the timeline records them. */

import { claimedFrom, isClaimed } from '#lib/model/claim.ts';
import { type Claim, formerRow, type NoticeRow, noticeRow } from '#lib/model/items/notices.ts';
import type { NoticeFailure } from '#lib/model/notice.ts';
import { isAboutLockout, type NoticeRequest } from '#lib/model/outbox-message.ts';
import type { NoticeStore } from '#lib/model/stores.ts';
import { claimIsVoid, momentsOf } from './claim.ts';
import { deployedTable, readRow, type Table } from './table.ts';
import { conditionally, putItem } from './writes.ts';

export const noticeStore = (table: Table = deployedTable): NoticeStore => ({
  /** The stored outcome of this notice to this admin; null before the first attempt. */
  noticeTo: async (notice: NoticeRequest, admin: string): Promise<NoticeRow | null> =>
    (await readRow<NoticeRow>(table, noticeRow(notice, admin))) ??
    (isAboutLockout(notice) ? await readRow<NoticeRow>(table, formerRow(notice, admin)) : null),

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
    return conditionally(putItem(table, { Item: row, ...condition }));
  },

  noticeSent: async (
    notice: NoticeRequest,
    admin: string,
    sent: { at: Date; messageId: string },
  ): Promise<NoticeRow> => {
    const its = { sentAt: sent.at.toISOString(), messageId: sent.messageId, claimedUntil: null, failure: null };
    const row: NoticeRow = { ...noticeRow(notice, admin), ...its, inTimeline: false, version: 1 };
    await putItem(table, { Item: row });
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
    await putItem(table, { Item: row });
    return row;
  },
});
