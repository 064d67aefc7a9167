/** The sweep: once a minute, it reconciles the keys that are due with their lockouts, and drains the outbox. */

import { log } from '#lib/log.ts';
import type { DeliveryProofs } from '#lib/model/delivery-proof.ts';
import { sweepShards } from '#lib/model/items/keys.ts';
import type { Key, KeyRef } from '#lib/model/key.ts';
import { lateness } from '#lib/model/lateness.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { Observation } from '#lib/model/observation.ts';
import type { Page } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { checkDepthOf, type Swept } from './check-schedule.ts';
import type { WatchDeps } from './proof.ts';
import { watchKey } from './watch.ts';

export type SweepDeps = WatchDeps &
  Needs<'keysInShard' | 'keysByRef'> & {
    readonly reconcile: (observation: Observation) => Promise<{ readonly key: Key; readonly lockout: Lockout | null }>;
    /** Drains the outbox; never throws. */
    readonly drain: () => Promise<unknown>;
  };

/**
 * Returns how many keys were swept and how many failed; a failure affects one key only. `time` is the scheduled time
 * (ISO 8601), which decides the keys that are due, so that a late invocation skips none.
 */
export const sweep =
  (deps: SweepDeps) =>
  async ({ time }: { readonly time: string }): Promise<{ keys: number; failed: number }> => {
    const drained = deps.drain();
    const looks = scheduledChecks(deps, Math.floor(Date.parse(time) / 60_000));
    const seen = { keys: 0, failed: 0 };
    const look = async () => {
      for await (const each of looks) {
        seen.keys += 1;
        if (!(await sweepKey(deps, each))) seen.failed += 1;
      }
    };
    await Promise.all([drained, ...Array.from({ length: atOnce }, look)]);
    return seen;
  };

/** Keys that are observed concurrently; a slow key occupies one slot. */
const atOnce = 160;

interface Look extends Swept {
  /** Null if the key is not due. */
  readonly depth: Observation['depth'] | null;
}

/**
 * Yields every key with its due check (`check-schedule.ts`). The order is stable, so that checks of a key are a minute
 * apart; the first shard changes every hour, so that a sweep that runs out of time does not always omit the same keys.
 */
async function* scheduledChecks(deps: SweepDeps, minute: number): AsyncGenerator<Look> {
  const tick = { at: deps.now(), minute, minutesWithEvents: deps.minutesWithEvents() };
  const first = Math.floor(minute / 60);
  for (let step = 0; step < sweepShards; step++) {
    const shard = (first + step) % sweepShards;
    let after: string | null = null;
    do {
      const page: Page<KeyRef & DeliveryProofs> = await deps.keysInShard(shard, after);
      const echoes = new Map(page.items.map((row) => [row.keyId, row]));
      for (const key of await deps.keysByRef(page.items)) {
        const swept = { key, echoes: echoes.get(key.id) ?? {}, shard };
        yield { ...swept, depth: checkDepthOf(swept, tick) };
      }
      after = page.cursor;
    } while (after);
  }
}

async function sweepKey(deps: SweepDeps, { key: known, echoes, depth }: Look): Promise<boolean> {
  const { teamId, id: keyId } = known;
  try {
    const { key, lockout } = depth
      ? await deps.reconcile({ teamId, keyId, depth, known, actor: { kind: 'sweep', id: 'sweep' } })
      : { key: known, lockout: null };
    if (lockout) logIfLate(lockout, deps.now());
    await watchKey(deps)(key, echoes);
    return true;
  } catch (error) {
    log.error('The sweep could not observe a key', { keyId, error: error as Error });
    return false;
  }
}

/** Metric filters count these lines (`resources/watch.yml`). */
function logIfLate(lockout: Lockout, at: Date): void {
  const late = lateness(lockout, at);
  if (!late) return;
  const { id: lockoutId, keyId, state } = lockout;
  const message = late.direction === 'stopping' ? 'A lockout is late' : 'A restore is late';
  log.warn(message, { lockoutId, keyId, state, minutes: late.minutes });
}
