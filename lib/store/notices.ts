/** Who was told what, so that nobody is told twice, and whether the timeline tells of it. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { NoticeRequest } from '#lib/outbox/effect.ts';
import { claimedFrom, claimIsVoid, isClaimed, momentsOf } from './claim.ts';
import type { Change } from './commit.ts';
import { conditionally } from './conflict.ts';
import { translated } from './errors.ts';
import { hashedPart } from './row-key.ts';
import { type Address, documents, readRow, tableName, teamPartition } from './table.ts';

export const noticeStore = () => ({
  /** What is known of telling this admin this fact; null when nobody tried. */
  noticeTo: async (notice: NoticeRequest, admin: string): Promise<NoticeRow | null> =>
    (await readRow<NoticeRow>(noticeRow(notice, admin))) ?? (await readRow<NoticeRow>(formerRow(notice, admin))),

  /** True for the caller who may tell this admin this fact. A claim left by a crash is void after a minute. */
  claimNotice: async (notice: NoticeRequest, admin: string, { at, known }: Claim): Promise<boolean> => {
    if (known?.sentAt || (known?.claimedUntil && isClaimed(known.claimedUntil, at))) return false;
    const row = { ...noticeRow(notice, admin), sentAt: null, failure: known?.failure ?? null, claimedUntil: claimedFrom(at), version: 1 };
    const condition = {
      ConditionExpression: `attribute_not_exists(pk) OR (sentAt = :none AND (claimedUntil = :none OR ${claimIsVoid}))`,
      ExpressionAttributeValues: { ...momentsOf(at), ':none': null },
    };
    return conditionally(() => documents().send(new PutCommand({ TableName: tableName(), Item: row, ...condition })));
  },

  noticeSent: async (notice: NoticeRequest, admin: string, sent: { at: Date; messageId: string }): Promise<NoticeRow> => {
    const row: NoticeRow = {
      ...noticeRow(notice, admin),
      ...{ sentAt: sent.at.toISOString(), messageId: sent.messageId, claimedUntil: null, failure: null, inTimeline: false, version: 1 },
    };
    await translated(documents().send(new PutCommand({ TableName: tableName(), Item: row })));
    return row;
  },

  /** Gives the claim back, so that the next try need not wait, and keeps why there is no mail. */
  noticeFailed: async (notice: NoticeRequest, admin: string, failure: NoticeFailure): Promise<NoticeRow> => {
    const row: NoticeRow = { ...noticeRow(notice, admin), sentAt: null, messageId: '', claimedUntil: null, failure, version: 1 };
    await translated(documents().send(new PutCommand({ TableName: tableName(), Item: row })));
    return row;
  },
});
export type NoticeStore = ReturnType<typeof noticeStore>;

interface Claim {
  readonly at: Date;
  /** The row as it was read a moment ago. */
  readonly known: NoticeRow | null;
}

/** `failed` is tried again; the others are final. */
export type NoticeReason = 'failed' | 'unconfirmed' | 'folded' | 'over_limit';

export interface NoticeFailure {
  readonly reason: NoticeReason;
  /** When it was first tried in vain (ISO 8601). */
  readonly since: string;
  readonly detail: string;
  readonly inTimeline: boolean;
}

export interface NoticeRow extends Address {
  readonly admin: string;
  /** ISO 8601; null while it is not sent. */
  readonly sentAt: string | null;
  readonly messageId: string;
  readonly claimedUntil: string | null;
  /** Why it is not sent yet; absent in rows from before failures were kept. */
  readonly failure?: NoticeFailure | null;
  /** Whether the timeline tells that it was sent; absent in rows from before that was noted. */
  readonly inTimeline?: boolean;
  readonly version: number;
}

/** Saved with the entry that tells of it. */
export const noticeInTimeline = (notice: NoticeRow): Change => ({
  kind: 'save',
  row: notice.sentAt ? { ...notice, inTimeline: true } : { ...notice, failure: notice.failure && { ...notice.failure, inTimeline: true } },
});

/** What names a notice to a recipient, in a bounded text. */
export const noticePlace = (notice: NoticeRequest, admin: string): string => noticeRow(notice, admin).sk;

const noticeRow = ({ teamId, lockoutId, fact, round, about }: NoticeRequest, admin: string) => ({
  pk: teamPartition(teamId),
  sk: `NOTICE#${lockoutId}#${fact}#${round}#${hashedPart(admin)}${about ? `#${about}` : ''}`,
  admin,
  fact,
});

/** Where rows were until addresses were hashed: a lockout that is open during the upgrade is not told twice. */
const formerRow = ({ teamId, lockoutId, fact, round, about }: NoticeRequest, admin: string): Address => ({
  pk: teamPartition(teamId),
  sk: `NOTICE#${lockoutId}#${fact}#${round}#${admin}${about ? `#${about}` : ''}`,
});
