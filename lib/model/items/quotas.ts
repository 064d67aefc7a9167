/**
 * Quotas of a team. Each kind has a counter item, which the transaction that creates or removes an item also changes,
 * so that the count is exact under failures and concurrency. The operator's limit is on the same item.
 */
import { Problem } from '#lib/model/problem.ts';
import { inTeam } from './address.ts';
import type { Change } from './change.ts';

/**
 * The defaults; an operator can set others for a team. Only backups on request count: scheduled ones have a
 * retention.
 */
export const quotas = {
  tokens: 200,
  keys: 500,
  databases: 500,
  apps: 500,
  spaces: 100,
  backups: 500,
  webhooks: 10,
} as const;
export type Quota = keyof typeof quotas;
export const quotaNames = Object.keys(quotas) as Quota[];
const quotaPrefix = 'QUOTA#';
export const quotaRow = (teamId: string, quota: Quota) => inTeam(teamId, `${quotaPrefix}${quota}`);

/** The counter's change, for the transaction that creates or removes the item. Fails with `quota_exceeded`. */
export const counted = (teamId: string, quota: Quota, by: number): Change => ({
  kind: 'tally',
  address: quotaRow(teamId, quota),
  by,
  most: quotas[quota],
  otherwise: new Problem(
    'quota_exceeded',
    `Your team has as many ${quota} as it may. Remove what is no longer needed, or ask the operator to ` +
      `raise the limit of ${quota}.`,
    { quota },
  ),
});

export interface Usage {
  readonly used: number;
  readonly most: number;
}
