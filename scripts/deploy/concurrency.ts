/**
 * Reserved concurrency for the sweep and the lockouts, so that a flood of requests or events does not starve them. A
 * reservation is also an upper bound, so functions that foreign events can trigger (`keyEvents`, `outbox`) have one
 * too.
 */

/** Concurrent executions of each function, by share. `lockoutBatches` work on 50 databases at a time. */
const defaults = { sweep: 2, lockoutBatches: 100, lockoutSteps: 15, keyEvents: 20, outbox: 50 };

type Share = keyof typeof defaults;

/** Lambda's minimum for functions without a reservation (Lambda developer guide, "Reserved concurrency"). */
export const leastUnreserved = 100;

/**
 * By the function's key; empty for `none`. `setting` is empty, or JSON that changes some shares. Throws if it is
 * invalid.
 */
export function reservationsOf(keys: readonly string[], setting: string): ReadonlyMap<string, number> {
  if (setting === 'none') return new Map();
  const shares = { ...defaults, ...changesIn(setting) };
  return new Map(
    keys.flatMap((key) => {
      const share = shareOf(key);
      return share ? [[key, shares[share]] as const] : [];
    }),
  );
}

export const totalOf = (reservations: ReadonlyMap<string, number>): number =>
  [...reservations.values()].reduce((sum, each) => sum + each, 0);

function shareOf(key: string): Share | null {
  if (key === 'onSweep') return 'sweep';
  if (key === 'onKeyChanged') return 'keyEvents';
  if (key === 'onEffectDue') return 'outbox';
  if (!/^key(Shutdown|Restart)/.test(key)) return null;
  return key.endsWith('Batches') ? 'lockoutBatches' : 'lockoutSteps';
}

function changesIn(setting: string): Partial<Record<Share, number>> {
  if (setting === '') return {};
  const changes = parsed(setting);
  const isMap = typeof changes === 'object' && changes !== null && !Array.isArray(changes);
  for (const [share, count] of isMap ? Object.entries(changes) : [['', 0]])
    if (!(String(share) in defaults) || !Number.isInteger(count) || Number(count) < 1)
      throw new Error(
        "reservedConcurrency is 'none', or whole numbers from 1 for some of " +
          `${Object.keys(defaults).join(', ')}, not ${setting}.`,
      );
  return changes as Partial<Record<Share, number>>;
}

/** Null for malformed JSON. */
function parsed(setting: string): unknown {
  try {
    return JSON.parse(setting);
  } catch {
    return null;
  }
}
