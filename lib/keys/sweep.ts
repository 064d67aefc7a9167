/** The sweep: every minute each key is observed, each open lockout is looked after, and effects that nobody performed are announced again. */
import { isRecent } from '#lib/clock.ts';
import type { Lockout } from '#lib/lockouts/lockout.ts';
import { log } from '#lib/log.ts';
import type { Pending } from '#lib/outbox/effect.ts';
import { type KeyRef, sweepShards } from '#lib/store/keys.ts';
import type { Page } from '#lib/store/table.ts';
import type { Key } from './key.ts';
import type { Observation } from './observe.ts';

export interface SweepDeps {
  readonly keysInShard: (shard: number, after: string | null) => Promise<Page<KeyRef>>;
  readonly keysByRef: (refs: readonly KeyRef[]) => Promise<Key[]>;
  readonly observe: (observation: Observation) => Promise<Key>;
  readonly lockoutById: (teamId: string, id: string) => Promise<Lockout | null>;
  readonly reconcile: (lockout: Lockout) => Promise<void>;
  readonly pendingEffects: (after: string | null) => Promise<Page<Pending>>;
  readonly announce: (pending: readonly Pending[]) => Promise<void>;
  readonly now: () => Date;
}

/** One key's trouble never keeps the sweep from the others; it answers how many keys it saw and how many failed. */
export const sweep = (deps: SweepDeps) => async (): Promise<{ keys: number; failed: number }> => {
  await announceLeftovers(deps);
  const looks = looksOf(deps);
  const seen = { keys: 0, failed: 0 };
  const look = async () => {
    for await (const each of looks) {
      seen.keys += 1;
      if (!(await sweepKey(deps, each))) seen.failed += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, look));
  return seen;
};

/** Keys that are looked at at once. One that keeps KMS or its confirmation waiting takes its own place only, and no other's. */
const atOnce = 160;

interface Look {
  readonly known: Key;
  readonly depth: Observation['depth'];
}

/**
 * Every key, a page at a time. Most are looked at quickly, which sees that a key opens what it sealed. A policy that lost another action shows in a
 * full look only, so each minute it is another shard's turn: what no event told is found all the same within 16 minutes. The order stays, so that
 * between two looks at a key there is a minute; each hour it begins elsewhere, so that what runs out of time does not leave out the same for ever.
 */
async function* looksOf(deps: SweepDeps): AsyncGenerator<Look> {
  const minute = Math.floor(deps.now().getTime() / 60_000);
  const first = Math.floor(minute / 60);
  for (let step = 0; step < sweepShards; step++) {
    const shard = (first + step) % sweepShards;
    const depth = shard === minute % sweepShards ? 'full' : 'quick';
    let after: string | null = null;
    do {
      const page: Page<KeyRef> = await deps.keysInShard(shard, after);
      for (const known of await deps.keysByRef(page.items)) yield { known, depth };
      after = page.cursor;
    } while (after);
  }
}

async function sweepKey(deps: SweepDeps, { known, depth }: Look): Promise<boolean> {
  const { teamId, id: keyId } = known;
  try {
    const key = await deps.observe({ teamId, keyId, depth, known, actor: { kind: 'sweep', id: 'sweep' } });
    const lockout = key.lockoutId ? await deps.lockoutById(teamId, key.lockoutId) : null;
    if (lockout) await deps.reconcile(lockout);
    return true;
  } catch (error) {
    log.error('The sweep could not observe a key', { keyId, error: error as Error });
    return false;
  }
}

const minuteMs = 60_000;

/** A claim lasts for a minute: what is claimed for twice as long was so by a clock that went back since. */
const isClaimed = (until: string, at: Date): boolean => until > at.toISOString() && isRecent(until, at, 2 * minuteMs);

/** Announced again once their first announcement has had its minute. */
async function announceLeftovers(deps: SweepDeps): Promise<void> {
  const at = deps.now();
  let after: string | null = null;
  do {
    const page: Page<Pending> = await deps.pendingEffects(after);
    await deps.announce(
      page.items.filter(({ since, claimedUntil }) => !isRecent(since, at, minuteMs) && !(claimedUntil && isClaimed(claimedUntil, at))),
    );
    after = page.cursor;
  } while (after);
}
