/** How often the sweep looks at a key, and how deeply. Pure; the trade behind it: docs/design/014-how-often-a-key-is-swept.md. */
import { createHash } from 'node:crypto';
import { isRecent } from '#lib/model/clock.ts';
import { type DeliveryProofs, deliveryStatusOf } from '#lib/model/delivery-proof.ts';
import { sweepShards } from '#lib/model/items/keys.ts';
import type { Key } from '#lib/model/key.ts';
import type { Observation } from '#lib/model/observation.ts';

export interface Tick {
  readonly at: Date;
  /** Since the epoch, of the schedule. */
  readonly minute: number;
  /** Between two looks at a key whose events are proven to arrive. */
  readonly minutesWithEvents: number;
}

export interface Swept {
  readonly key: Key;
  readonly echoes: DeliveryProofs;
  /** Of its row in the table: whose turn it is decides. */
  readonly shard: number;
}

/** Of a rarely swept key every so many looks are full. */
const looksToAFullOne = 24;

/** Between two full looks at a key whose events are proven to arrive. */
export const fullMinutes = (minutesWithEvents: number): number => looksToAFullOne * minutesWithEvents;

/**
 * After news of a key, milliseconds in which more is likely, or in which KMS may still answer as before (KMS developer guide, "AWS KMS eventual
 * consistency"). In so long a full look comes round.
 */
const settlingMs = (sweepShards + 1) * 60_000;

/** Null when it isn't the key's turn. A full look is needed where a quick one can't see: it asks for every action, and renews the proof. */
export function depthOf(swept: Swept, tick: Tick): Observation['depth'] | null {
  const { minute, minutesWithEvents } = tick;
  if (!isRarelySwept(swept, tick)) return minute % sweepShards === swept.shard ? 'full' : 'quick';
  const turn = minute - slotOf(swept.key.arn);
  if (turn % minutesWithEvents !== 0) return null;
  return turn % fullMinutes(minutesWithEvents) === 0 ? 'full' : 'quick';
}

/** Only where an event would tell of all that may come: whatever else there is about a key, it's looked at each minute. */
function isRarelySwept({ key, echoes }: Swept, { at, minutesWithEvents }: Tick): boolean {
  if (minutesWithEvents === 1 || key.status !== 'usable' || key.lockoutId || !key.canary) return false;
  const isSettling = [key.check.at, echoes.newsAt].some((news) => news !== undefined && isRecent(news, at, settlingMs));
  return !isSettling && deliveryStatusOf(echoes, at, fullMinutes(minutesWithEvents)) === 'proven';
}

/** Spreads keys over the minutes, always the same for a key. */
const slotOf = (arn: string): number => createHash('sha256').update(arn).digest().readUInt16BE(1);
