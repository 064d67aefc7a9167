/**
 * Reports databases for which retries are useless, because their volume is damaged or their server is missing. They
 * leave the lockout, and their stored data is not changed.
 */
import type { Database } from '#lib/model/database.ts';
import type { News } from '#lib/model/items/bounds.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import { noticeOf } from '#lib/model/lockout-decision.ts';

const actor = { kind: 'workflow', id: 'lockout' } as const;

/** One entry per lost database and one mail for all. `changed` are the rows to be written. */
export function newsOfLost(lockout: Lockout, changed: readonly Database[]): News {
  const lost = changed.filter(({ status }) => status === 'failed');
  const [first] = lost;
  if (!first) return { entries: [], effects: [] };
  const notice = noticeOf(lockout, 'attention_needed');
  return {
    entries: lost.map(({ id, name, failure }) => ({
      type: 'DatabaseFailed',
      actor,
      subject: { keyId: lockout.keyId, lockoutId: lockout.id, databaseId: id },
      data: { name, reason: failure?.reason ?? '', detail: failure?.detail ?? '' },
    })),
    effects: [notice.kind === 'notice' ? { ...notice, notice: { ...notice.notice, about: first.id } } : notice],
  };
}
