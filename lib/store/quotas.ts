/**
 * Quotas of a team. Each kind has a counter row, which the transaction that creates or removes an item changes too, so
 * that the count is exact under failures and concurrency. The operator's limit for the team is on the same row, so that
 * a creation need not read it first. Items from before a team's counters existed are not counted, so a counter stops at
 * zero.
 */

import type { Address } from '#lib/model/items/address.ts';
import { type Quota, quotaNames, quotaRow, quotas, type Usage } from '#lib/model/items/quotas.ts';
import type { QuotaStore } from '#lib/model/stores.ts';
import { deployedTable, readRows, type Table } from './table.ts';
import { updateItem } from './writes.ts';

interface Counter extends Address {
  readonly used?: number;
  readonly most?: number;
}

export const quotaStore = (table: Table = deployedTable): QuotaStore => ({
  usageOf: async (teamId) => {
    const rows = await readRows<Counter>(
      table,
      quotaNames.map((quota) => quotaRow(teamId, quota)),
    );
    const bySortKey = new Map(rows.map((each) => [each.sk, each]));
    const usage = quotaNames.map((quota) => {
      const { used = 0, most = quotas[quota] } = bySortKey.get(quotaRow(teamId, quota).sk) ?? {};
      return [quota, { used: Math.max(0, used), most }] as const;
    });
    return Object.fromEntries(usage) as Record<Quota, Usage>;
  },

  limitQuota: async (teamId, quota, most) => {
    const { pk, sk } = quotaRow(teamId, quota);
    await updateItem(table, {
      Key: { pk, sk },
      UpdateExpression: 'SET #most = :most, #used = if_not_exists(#used, :none)',
      ExpressionAttributeNames: { '#most': 'most', '#used': 'used' },
      ExpressionAttributeValues: { ':most': most, ':none': 0 },
    });
  },
});
