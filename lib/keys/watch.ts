/**
 * Follows what changes without a check of the key: whether its events arrive, and which early warnings are due, such as
 * a mark before its deletion (promise 13). One commit has both.
 */
import { ignoreConflict } from '#lib/model/conflict.ts';
import type { DeliveryProofs } from '#lib/model/delivery-proof.ts';
import { keySaved } from '#lib/model/items/keys.ts';
import type { Key } from '#lib/model/key.ts';
import { keyNotices, withNotified } from '#lib/model/warnings/notices.ts';
import { deliveryNews, type WatchDeps } from './proof.ts';

const actor = { kind: 'sweep', id: 'sweep' } as const;

/** Writes only changes. A conflict is left to the next sweep, which reads the key again. */
export const watchKey =
  (deps: WatchDeps) =>
  async (before: Key, echoes: DeliveryProofs): Promise<void> => {
    const at = deps.now();
    const delivery = await deliveryNews(deps, before, { echoes, at });
    const after = delivery ? { ...before, eventsProvenSince: delivery.provenSince } : before;
    const warnings = keyNotices({ before, after, actor, at });
    const entries = [...(delivery ? [delivery.entry] : []), ...warnings.entries];
    if (entries.length === 0) return;
    const changes = [keySaved(withNotified(after, warnings.notified))];
    await ignoreConflict(() => deps.commit({ teamId: before.teamId, at, changes, entries, effects: warnings.effects }));
  };
