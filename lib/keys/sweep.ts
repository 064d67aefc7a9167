/** The sweep: every minute each key whose turn it is is observed, each open lockout is looked after, and beside that the outbox is emptied. */

import { log } from '#lib/log.ts';
import type { DeliveryProofs } from '#lib/model/delivery-proof.ts';
import { sweepShards } from '#lib/model/items/keys.ts';
import type { Key, KeyRef } from '#lib/model/key.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { Observation } from '#lib/model/observation.ts';
import type { Page } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { depthOf, type Swept } from './check-schedule.ts';
import { type WatchDeps, watchEchoes } from './proof.ts';

export type SweepDeps = WatchDeps &
  Needs<'keysInShard' | 'keysByRef' | 'lockoutById'> & {
    readonly observe: (observation: Observation) => Promise<Key>;
    readonly reconcile: (lockout: Lockout) => Promise<void>;
    /** Drains the outbox; never throws. */
    readonly drain: () => Promise<unknown>;
  };

/**
 * One key's trouble never keeps the sweep from the others; it answers how many keys it saw and how many failed. `time` is when the schedule meant it
 * to run (ISO 8601): by that minute turns are taken, since a tick that comes late would skip one.
 */
export const sweep =
  (deps: SweepDeps) =>
  async ({ time }: { readonly time: string }): Promise<{ keys: number; failed: number }> => {
    const drained = deps.drain();
    const looks = looksOf(deps, Math.floor(Date.parse(time) / 60_000));
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

/** Keys that are looked at at once. One that keeps KMS or its confirmation waiting takes its own place only, and no other's. */
const atOnce = 160;

interface Look extends Swept {
  /** Null where it isn't the key's turn. */
  readonly depth: Observation['depth'] | null;
}

/**
 * Every key, a page at a time, with what is due (`looks.ts`). The order stays, so that between two looks at a key there is a minute; each hour it begins
 * elsewhere, so that what runs out of time does not leave out the same for ever.
 */
async function* looksOf(deps: SweepDeps, minute: number): AsyncGenerator<Look> {
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
        yield { ...swept, depth: depthOf(swept, tick) };
      }
      after = page.cursor;
    } while (after);
  }
}

async function sweepKey(deps: SweepDeps, { key: known, echoes, depth }: Look): Promise<boolean> {
  const { teamId, id: keyId } = known;
  try {
    const key = depth
      ? await deps.observe({ teamId, keyId, depth, known, actor: { kind: 'sweep', id: 'sweep' } })
      : known;
    const lockout = key.lockoutId ? await deps.lockoutById(teamId, key.lockoutId) : null;
    if (lockout) await deps.reconcile(lockout);
    await watchEchoes(deps)(key, echoes);
    return true;
  } catch (error) {
    log.error('The sweep could not observe a key', { keyId, error: error as Error });
    return false;
  }
}
