/**
 * Quotas of a team. Each kind has a counter row, which the transaction that creates or removes an item changes too, so
 * that the count is exact under failures and concurrency. The operator's limit for the team is on the same row, so that
 * a creation need not read it first. Items from before a team's counters existed are not counted, so a counter stops at
 * zero.
 */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Problem } from '#lib/model/problem.ts';
import type { Change } from './change.ts';
import { translated } from './errors.ts';
import { type Address, documents, readRows, tableName, teamPartition } from './table.ts';

/**
 * The defaults; an operator can set others for a team. Only backups on request count: scheduled ones have a retention.
 */
export const quotas = { tokens: 200, keys: 500, databases: 500, apps: 500, spaces: 100, backups: 500 } as const;
export type Quota = keyof typeof quotas;
export const quotaNames = Object.keys(quotas) as Quota[];

const prefix = 'QUOTA#';
const row = (teamId: string, quota: Quota): Address => ({ pk: teamPartition(teamId), sk: `${prefix}${quota}` });

/** The counter's change, for the transaction that creates or removes the item. Fails with `quota_exceeded`. */
export const counted = (teamId: string, quota: Quota, by: number): Change => ({
  kind: 'tally',
  address: row(teamId, quota),
  by,
  most: quotas[quota],
  otherwise: new Problem(
    'quota_exceeded',
    `Your team has as many ${quota} as it may. Remove what is no longer needed, or ask the operator to raise the limit of ${quota}.`,
    { quota },
  ),
});

export interface Usage {
  readonly used: number;
  readonly most: number;
}

interface Counter extends Address {
  readonly used?: number;
  readonly most?: number;
}

export const quotaStore = () => ({
  usageOf: async (teamId: string): Promise<Readonly<Record<Quota, Usage>>> => {
    const rows = await readRows<Counter>(quotaNames.map((quota) => row(teamId, quota)));
    const bySortKey = new Map(rows.map((each) => [each.sk, each]));
    const usage = quotaNames.map((quota) => {
      const { used = 0, most = quotas[quota] } = bySortKey.get(row(teamId, quota).sk) ?? {};
      return [quota, { used: Math.max(0, used), most }] as const;
    });
    return Object.fromEntries(usage) as Record<Quota, Usage>;
  },

  /** Existing items are kept, even if the new limit is lower. */
  limitQuota: async (teamId: string, quota: Quota, most: number): Promise<void> => {
    const { pk, sk } = row(teamId, quota);
    const update = new UpdateCommand({
      TableName: tableName(),
      Key: { pk, sk },
      UpdateExpression: 'SET #most = :most, #used = if_not_exists(#used, :none)',
      ExpressionAttributeNames: { '#most': 'most', '#used': 'used' },
      ExpressionAttributeValues: { ':most': most, ':none': 0 },
    });
    await translated(documents().send(update));
  },
});
