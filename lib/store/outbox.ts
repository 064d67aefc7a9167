/** Effects that wait: claimed for a minute by one worker, removed when done; and who was told what, so that nobody is told twice. */
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { plusSeconds } from '#lib/clock.ts';
import type { NoticeRequest, Pending } from '#lib/outbox/effect.ts';
import { outboxPartition } from './commit.ts';
import { conditionally } from './conflict.ts';
import { translated } from './errors.ts';
import { type Address, documents, type Page, readRange, readRow, tableName, teamPartition } from './table.ts';

const claimSeconds = 60;

/** It ran out; or it is for twice as long as claims are, by a clock that went back since. */
const claimIsVoid = 'claimedUntil < :now OR claimedUntil > :beyond';
const momentsOf = (at: Date) => ({ ':now': at.toISOString(), ':beyond': plusSeconds(at, 2 * claimSeconds).toISOString() });

export const outboxStore = () => ({
  pendingEffects: (after: string | null): Promise<Page<Pending & Address>> =>
    readRange({ pk: outboxPartition, prefix: 'out_', after, limit: 100, consistent: true }),

  pendingById: (id: string) => readRow<Pending>({ pk: outboxPartition, sk: id }),

  /** True for exactly one worker a minute. */
  claim: (id: string, at: Date): Promise<boolean> =>
    conditionally(() =>
      documents().send(
        new UpdateCommand({
          TableName: tableName(),
          Key: { pk: outboxPartition, sk: id },
          UpdateExpression: 'SET claimedUntil = :until, attempts = attempts + :one',
          ConditionExpression: `attribute_exists(pk) AND (claimedUntil = :none OR ${claimIsVoid})`,
          ExpressionAttributeValues: {
            ...momentsOf(at),
            ':until': plusSeconds(at, claimSeconds).toISOString(),
            ':none': null,
            ':one': 1,
          },
        }),
      ),
    ),

  done: async (id: string): Promise<void> => {
    await translated(documents().send(new DeleteCommand({ TableName: tableName(), Key: { pk: outboxPartition, sk: id } })));
  },

  /** True for the one who may tell this admin this fact: nobody did, and nobody is at it. A claim left by a crash is void after a minute. */
  claimNotice: (notice: NoticeRequest, admin: string, at: Date): Promise<boolean> =>
    conditionally(() =>
      documents().send(
        new PutCommand({
          TableName: tableName(),
          Item: { ...noticeRow(notice, admin), sentAt: null, claimedUntil: plusSeconds(at, claimSeconds).toISOString() },
          ConditionExpression: `attribute_not_exists(pk) OR (sentAt = :none AND (${claimIsVoid}))`,
          ExpressionAttributeValues: { ...momentsOf(at), ':none': null },
        }),
      ),
    ),

  noticeSent: async (notice: NoticeRequest, admin: string, sent: { at: Date; messageId: string }): Promise<void> => {
    const row = { ...noticeRow(notice, admin), sentAt: sent.at.toISOString(), messageId: sent.messageId, claimedUntil: null };
    await translated(documents().send(new PutCommand({ TableName: tableName(), Item: row })));
  },

  /** Gives the claim back, so that the next try needn't wait. */
  noticeFailed: async (notice: NoticeRequest, admin: string): Promise<void> => {
    const { pk, sk } = noticeRow(notice, admin);
    await translated(documents().send(new DeleteCommand({ TableName: tableName(), Key: { pk, sk } })));
  },

  wasSent: async (notice: NoticeRequest, admin: string): Promise<boolean> =>
    Boolean((await readRow<{ sentAt: string | null }>(noticeRow(notice, admin)))?.sentAt),
});
export type OutboxStore = ReturnType<typeof outboxStore>;

const noticeRow = ({ teamId, lockoutId, fact, round, about }: NoticeRequest, admin: string) => ({
  pk: teamPartition(teamId),
  sk: `NOTICE#${lockoutId}#${fact}#${round}#${admin}${about ? `#${about}` : ''}`,
  admin,
  fact,
});
