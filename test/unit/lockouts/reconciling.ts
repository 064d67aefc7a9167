/** An observed key, and its effects on the table. */

import { reconcileKey } from '#lib/lockouts/reconcile.ts';
import type { ActionState, Key } from '#lib/model/key.ts';
import type { ProbeResult, QuickCheck } from '#lib/model/key-probe.ts';
import type { Observation } from '#lib/model/observation.ts';
import '#test/support/matchers.ts';
import { allActions, aProbe, at, countingIds, sweepActor } from '#test/support/build.ts';
import { aLedger, type Nouns } from '#test/support/ledger.ts';

export const denied = (): ProbeResult => aProbe({ actions: { ...allActions('allowed'), Decrypt: 'denied' } });

interface QuickAnswers {
  /** How the canary's decryption ends; null if it succeeds. */
  readonly canary?: null | 'refused' | 'unknown';
  /** What a quick check finds of the other actions; all of them are allowed by default. */
  readonly quick?: Partial<QuickCheck>;
}

/** A key, and KMS's responses check after check; the last response repeats. */
export function scene(
  key: Key,
  probes: readonly ProbeResult[],
  { canary = null, quick = {}, ...nouns }: Nouns & QuickAnswers = {},
) {
  const ledger = aLedger({ keys: [key], ...nouns });
  const pauses: number[] = [];
  const calls = { probes: 0, canaries: 0, quick: 0 };
  const deps = {
    ...ledger,
    now: () => at,
    newId: countingIds(),
    pause: async (seconds: number) => void pauses.push(seconds),
    proofAwaited: async () => true,
    isRunning: null,
    collectFacts: null,
    settings: () => ({ platformAccountId: '210987654321', confirmationSeconds: 3, waitingPeriodSeconds: 600 }),
    probe: async () => probes[Math.min(calls.probes++, probes.length - 1)] ?? aProbe(),
    opensCanary: async () => {
      calls.canaries += 1;
      return canary;
    },
    quickCheck: async () => {
      calls.quick += 1;
      const Decrypt: ActionState = canary === 'refused' ? 'denied' : (canary ?? 'allowed');
      return { ...allActions('allowed'), ...quick, Decrypt };
    },
  };
  const observe = async (changes: Partial<Observation> = {}) =>
    (await reconcileKey(deps)({ teamId: key.teamId, keyId: key.id, actor: sweepActor, depth: 'full', ...changes })).key;
  return { ledger, pauses, calls, observe, deps };
}
