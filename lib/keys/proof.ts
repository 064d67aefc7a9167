/** Keeping the proof that news of a key arrives: a check awaits its echo, an echo renews the proof, one that fails to come ends it. */

import { log } from '#lib/log.ts';
import { isRecent } from '#lib/model/clock.ts';
import { ignoreConflict } from '#lib/model/conflict.ts';
import {
  awaitedProofOf,
  type DeliveryProof,
  type DeliveryProofs,
  deliveryStatusOf,
  isOverdue,
} from '#lib/model/delivery-proof.ts';
import type { Actor } from '#lib/model/entry.ts';
import { keySaved } from '#lib/model/items/keys.ts';
import type { Check, Key } from '#lib/model/key.ts';
import type { Needs } from '#lib/model/ports.ts';
import { fullMinutes } from './check-schedule.ts';

export type AwaitDeps = Needs<'proofAwaited'>;

/** Never throws: without it a key is only looked at more often. */
export async function awaitEcho({ proofAwaited: echoAwaited }: AwaitDeps, arn: string, check: Check): Promise<void> {
  const echo = awaitedProofOf(check);
  if (!echo) return;
  await echoAwaited(arn, echo).catch((error: unknown) =>
    log.warn('An echo could not be awaited', { arn, error: error as Error }),
  );
}

export type HearDeps = Needs<'proofArrived' | 'now'> & {
  readonly pause: (seconds: number) => Promise<unknown>;
};

/** An echo can be faster than its check, which notes only at its end what it awaits. */
const patience = { seconds: 1, youngMs: 30_000 };

/** Nothing happens for one that nobody awaits: doubled, late or made up. */
export async function hearEcho(deps: HearDeps, { arn, requestId }: DeliveryProof, madeAt: string): Promise<void> {
  if (await deps.proofArrived(arn, requestId)) return;
  if (isRecent(madeAt, deps.now(), patience.youngMs)) {
    await deps.pause(patience.seconds);
    if (await deps.proofArrived(arn, requestId)) return;
  }
  log.info('An echo came that nobody awaits', { arn, requestId });
}

export type WatchDeps = Needs<'proofMissed' | 'commit' | 'now'> & {
  readonly minutesWithEvents: () => number;
};

const actor: Actor = { kind: 'sweep', id: 'sweep' };

/** Gives up an echo that is overdue; what became of the proof is told when it changes. A lost race is for the next minute. */
export const watchEchoes =
  (deps: WatchDeps) =>
  async (key: Key, echoes: DeliveryProofs): Promise<void> => {
    const at = deps.now();
    if (isOverdue(echoes, at) && echoes.awaitedRequest) await deps.proofMissed(key.arn, echoes.awaitedRequest);
    const standing = deliveryStatusOf(echoes, at, fullMinutes(deps.minutesWithEvents()));
    const isKnown = standing === 'open' || (standing === 'proven') === Boolean(key.eventsProvenSince);
    if (isKnown || key.status !== 'usable') return;
    const isProven = standing === 'proven';
    await ignoreConflict(() =>
      deps.commit({
        teamId: key.teamId,
        at,
        changes: [keySaved({ ...key, eventsProvenSince: isProven ? at.toISOString() : null })],
        entries: [
          {
            type: isProven ? 'KeyEventsProven' : 'KeyEventsUnproven',
            actor,
            subject: { keyId: key.id },
            data: { arn: key.arn },
          },
        ],
      }),
    );
  };
