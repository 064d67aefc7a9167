/** The outcomes of notices per admin, so that no admin is notified twice, and whether the timeline records them. */

import { claimedFrom, isClaimed } from '#lib/model/claim.ts';
import { formerRow, type NoticeRow, noticeRow } from '#lib/model/items/notices.ts';
import { isAboutLockout } from '#lib/model/outbox-message.ts';
import type { NoticeStore } from '#lib/model/stores.ts';
import { claimIsVoid, momentsOf } from './claim.ts';
import { deployedTable, readRow, type Table } from './table.ts';
import { conditionally, putItem } from './writes.ts';

export const noticeStore = (table: Table = deployedTable): NoticeStore => ({
  /** The stored outcome of this notice to this admin; null before the first attempt. */
  noticeTo: async (notice, admin) =>
    (await readRow<NoticeRow>(table, noticeRow(notice, admin))) ??
    (isAboutLockout(notice) ? await readRow<NoticeRow>(table, formerRow(notice, admin)) : null),

  /** True if the caller has the claim and may send the notice. A claim that a crash left expires after a minute. */
  claimNotice: async (notice, admin, { at, known }) => {
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

  noticeSent: (notice, admin, { at, messageId }) =>
    stored(table, {
      ...{ ...noticeRow(notice, admin), sentAt: at.toISOString(), messageId },
      ...{ claimedUntil: null, failure: null, inTimeline: false, version: 1 },
    }),

  /** Releases the claim, so that a retry need not wait, and stores the reason. */
  noticeFailed: (notice, admin, failure) =>
    stored(table, {
      ...{ ...noticeRow(notice, admin), sentAt: null, messageId: '' },
      ...{ claimedUntil: null, failure, version: 1 },
    }),
});

async function stored(table: Table, row: NoticeRow): Promise<NoticeRow> {
  await putItem(table, { Item: row });
  return row;
}
