/** An observed key, and its effects on the table. */

import { reconcileKey } from '#lib/lockouts/reconcile.ts';
import type { Key } from '#lib/model/key.ts';
import type { ProbeResult } from '#lib/model/key-probe.ts';
import type { Observation } from '#lib/model/observation.ts';
import '#test/support/matchers.ts';
import { allActions, aProbe, at, countingIds, sweepActor } from '#test/support/build.ts';
import { aLedger, type Nouns } from '#test/support/ledger.ts';

export const denied = (): ProbeResult => aProbe({ actions: { ...allActions('allowed'), Decrypt: 'denied' } });

/** A key, and KMS's responses check after check; the last response repeats. */
export function scene(
  key: Key,
  probes: readonly ProbeResult[],
  { canary = null as null | 'refused' | 'unknown', ...nouns }: Nouns & { canary?: null | 'refused' | 'unknown' } = {},
) {
  const ledger = aLedger({ keys: [key], ...nouns });
  const pauses: number[] = [];
  const asked = { probes: 0, canaries: 0 };
  const deps = {
    ...ledger,
    now: () => at,
    newId: countingIds(),
    pause: async (seconds: number) => void pauses.push(seconds),
    proofAwaited: async () => true,
    isRunning: null,
    settings: () => ({ platformAccountId: '210987654321', confirmationSeconds: 3, waitingPeriodSeconds: 600 }),
    probe: async () => probes[Math.min(asked.probes++, probes.length - 1)] ?? aProbe(),
    opensCanary: async () => {
      asked.canaries += 1;
      return canary;
    },
  };
  const observe = async (changes: Partial<Observation> = {}) =>
    (await reconcileKey(deps)({ teamId: key.teamId, keyId: key.id, actor: sweepActor, depth: 'full', ...changes })).key;
  return { ledger, pauses, asked, observe, deps };
}
