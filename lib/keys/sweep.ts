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
  const shards = await Promise.all(Array.from({ length: sweepShards }, (_, shard) => sweepShard(deps, shard)));
  return { keys: sum(shards.map(({ keys }) => keys)), failed: sum(shards.map(({ failed }) => failed)) };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/**
 * Most ticks take a quick look, which sees that a key opens what it sealed. A policy that lost another action shows in a full one only, so each
 * shard has its turn every ten minutes: what no event told is found all the same.
 */
const turns = 10;
const depthOf = (shard: number, at: Date): Observation['depth'] =>
  Math.floor(at.getTime() / 60_000) % turns === shard % turns ? 'full' : 'quick';

/** Keys of a shard, ten at a time: 16 shards × 10 stay far below KMS's request quota. */
const atOnce = 10;

async function sweepShard(deps: SweepDeps, shard: number): Promise<{ keys: number; failed: number }> {
  let after: string | null = null;
  let keys = 0;
  let failed = 0;
  const depth = depthOf(shard, deps.now());
  do {
    const page: Page<KeyRef> = await deps.keysInShard(shard, after);
    for (let start = 0; start < page.items.length; start += atOnce) {
      const seen = await Promise.all(page.items.slice(start, start + atOnce).map((ref) => sweepKey(deps, { ...ref, depth })));
      keys += seen.length;
      failed += seen.filter((fine) => !fine).length;
    }
    after = page.cursor;
  } while (after);
  return { keys, failed };
}

async function sweepKey(deps: SweepDeps, { teamId, keyId, depth }: Pick<Observation, 'teamId' | 'keyId' | 'depth'>): Promise<boolean> {
  try {
    const key = await deps.observe({ teamId, keyId, depth, actor: { kind: 'sweep', id: 'sweep' } });
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
