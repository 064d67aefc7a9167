/** Stores recipients outside of their team's mail domains, the mail domains, and daily counts of mails. */

import { plusSeconds } from '#lib/model/clock.ts';
import { teamPartition } from '#lib/model/items/address.ts';
import { domainsRow, recipientRow } from '#lib/model/items/recipients.ts';
import {
  type DailyCount,
  lapsesAfterDays,
  type MailDomains,
  type OnlyMail,
  type Recipient,
  recipientId,
} from '#lib/model/recipient.ts';
import type { RecipientStore } from '#lib/model/stores.ts';
import { deployedTable, readRow, readRows, type Table } from './table.ts';
import { conditionally, putItem, updateItem } from './writes.ts';

const daySeconds = 86_400;

/** The read-only part of the store. */
export const recipientReader = (table: Table = deployedTable) => ({
  recipientById: (id: string) => readRow<Recipient>(table, recipientRow(id)),
  /** The stored recipients among these addresses. */
  recipientsOf: (teamId: string, emails: readonly string[]) =>
    readRows<Recipient>(table, [...new Set(emails.map((email) => recipientId(teamId, email)))].map(recipientRow)),
  mailDomainsOf: async (teamId: string): Promise<MailDomains | null> => readRow<MailDomains>(table, domainsRow(teamId)),
});

export const recipientStore = (table: Table = deployedTable): RecipientStore => ({
  ...recipientReader(table),

  /**
   * Claims the single mail to an unconfirmed address. True unless another notice was sent within the last 30 days.
   */
  onlyMailClaimed: ({ teamId, email, ...mail }: OnlyMail, at: Date): Promise<boolean> => {
    const id = recipientId(teamId, email);
    const lapsesAt = plusSeconds(at, lapsesAfterDays * daySeconds).toISOString();
    const row = { ...recipientRow(id), id, teamId, email, ...mail, confirmedAt: null, lapsesAt, version: 1 };
    return conditionally(
      putItem(table, {
        Item: row,
        ConditionExpression:
          'attribute_not_exists(pk) OR (confirmedAt = :none AND (place = :place OR lapsesAt < :now))',
        ExpressionAttributeValues: { ':none': null, ':place': mail.place, ':now': at.toISOString() },
      }),
    );
  },

  /** Increments today's count; false at the limit. */
  countedToday: ({ teamId, what, limit }: DailyCount, at: Date): Promise<boolean> => {
    const expiresAt = Math.ceil(at.getTime() / 1000) + 2 * daySeconds;
    return conditionally(
      updateItem(table, {
        Key: { pk: teamPartition(teamId), sk: `MAILCOUNT#${at.toISOString().slice(0, 10)}#${what}` },
        UpdateExpression: 'SET mails = if_not_exists(mails, :zero) + :one, expiresAt = :expires',
        ConditionExpression: 'attribute_not_exists(mails) OR mails < :limit',
        ExpressionAttributeValues: { ':zero': 0, ':one': 1, ':limit': limit, ':expires': expiresAt },
      }),
    );
  },
});
