/**
 * How many of a kind a team may have. Each kind has a counter row that changes in the transaction that creates or removes one: a count is never
 * ahead of or behind what there is, whatever fails or runs at once. An operator's limit for the team is on the same row, so no creation reads it.
 */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Problem } from '#lib/problem.ts';
import type { Change } from './change.ts';
import { translated } from './errors.ts';
import { type Address, documents, readRows, tableName, teamPartition } from './table.ts';

/** Unless an operator says otherwise for a team. Backups count that were asked for: those by schedule have their own retention. */
export const quotas = { tokens: 200, keys: 500, databases: 500, apps: 500, spaces: 100, backups: 500 } as const;
export type Quota = keyof typeof quotas;
export const quotaNames = Object.keys(quotas) as Quota[];

const prefix = 'QUOTA#';
const row = (teamId: string, quota: Quota): Address => ({ pk: teamPartition(teamId), sk: `${prefix}${quota}` });

/** One more (1) or some less; belongs into the transaction that creates or removes them. Throws `quota_exceeded`. */
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
      return [quota, { used, most }] as const;
    });
    return Object.fromEntries(usage) as Record<Quota, Usage>;
  },

  /** What there is already stays, also above a lower limit. */
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
