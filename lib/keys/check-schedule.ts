/**
 * Schedules the sweep's checks of a key: how often, and quick or full (docs/design/014-how-often-a-key-is-swept.md).
 * Pure.
 */
import { createHash } from 'node:crypto';
import { isRecent } from '#lib/model/clock.ts';
import { type DeliveryProofs, deliveryStatusOf } from '#lib/model/delivery-proof.ts';
import { sweepShards } from '#lib/model/items/keys.ts';
import type { Key } from '#lib/model/key.ts';
import type { Observation } from '#lib/model/observation.ts';

export interface Tick {
  readonly at: Date;
  /** The scheduled minute since the epoch. */
  readonly minute: number;
  /** The minutes between two checks of a key whose events are proven to arrive. */
  readonly minutesWithEvents: number;
}

export interface Swept {
  readonly key: Key;
  readonly echoes: DeliveryProofs;
  /** The shard of the key's row, which decides the minute of its full check. */
  readonly shard: number;
}

/** The number of checks of a rarely swept key per full check. */
const checksPerFullCheck = 24;

/** The minutes between two full checks of a key whose events are proven to arrive. */
export const fullMinutes = (minutesWithEvents: number): number => checksPerFullCheck * minutesWithEvents;

/**
 * After an event of a key, further events are likely for this long, and KMS may still return the old state (KMS
 * developer guide, "AWS KMS eventual consistency"). The period contains a full check.
 */
const settlingMs = (sweepShards + 1) * 60_000;

/**
 * Null if the key is not due. Only a full check tries every action and renews the proof of delivery. Where events are
 * proven to arrive, they report a changed policy, so the canary is enough in between.
 */
export function checkDepthOf(swept: Swept, tick: Tick): Observation['depth'] | null {
  const { minute, minutesWithEvents } = tick;
  if (!isRarelySwept(swept, tick)) return minute % sweepShards === swept.shard ? 'full' : 'quick';
  const offset = minute - slotOf(swept.key.arn);
  if (offset % minutesWithEvents !== 0) return null;
  return offset % fullMinutes(minutesWithEvents) === 0 ? 'full' : 'canary';
}

/** Whether events alone report all changes of the key; all other keys are checked every minute. */
function isRarelySwept({ key, echoes }: Swept, { at, minutesWithEvents }: Tick): boolean {
  if (minutesWithEvents === 1 || key.status !== 'usable' || key.lockoutId || !key.canary) return false;
  const isSettling = [key.check.at, echoes.newsAt].some((time) => time !== undefined && isRecent(time, at, settlingMs));
  return !isSettling && deliveryStatusOf(echoes, at, fullMinutes(minutesWithEvents)) === 'proven';
}

/** Spreads keys over the minutes; constant for a key. */
const slotOf = (arn: string): number => createHash('sha256').update(arn).digest().readUInt16BE(1);
