/**
 * Restarts services that ended unexpectedly. Checks once a second, and retries ever less often.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './failure.ts';

const lookEveryMs = 1000;
const longestPauseMs = 30_000;
/** A service that ran this long is healthy again. */
const steadyMs = 30_000;

export interface SupervisedServices {
  /** Whether the service accepts clients. */
  isOpen(serverId: string): Promise<boolean>;
  /** Restarts it, unless its desired state has changed. */
  restart(serverId: string): Promise<void>;
  /** Checks a service that accepts clients. */
  repairReplication(serverId: string): Promise<void>;
}

export interface Supervisor {
  watch(serverId: string): void;
  forget(serverId: string): void;
  /** Resolves when the check in progress has ended. */
  close(): Promise<void>;
}

interface Trouble {
  readonly attempts: number;
  readonly lastMs: number;
}

export function createSupervisor(services: SupervisedServices, log: Log): Supervisor {
  const ids = new Set<string>();
  const troubles = new Map<string, Trouble>();
  const stopping = new AbortController();

  const look = async (serverId: string) => {
    const trouble = troubles.get(serverId) ?? { attempts: 0, lastMs: 0 };
    const sinceMs = performance.now() - trouble.lastMs;
    if (await services.isOpen(serverId)) {
      if (sinceMs > steadyMs) troubles.delete(serverId);
      await services.repairReplication(serverId);
      return;
    }
    if (sinceMs < backoffMs(trouble.attempts) || !ids.has(serverId)) return;
    troubles.set(serverId, { attempts: trouble.attempts + 1, lastMs: performance.now() });
    log('service restarts', { serverId, attempt: trouble.attempts + 1 });
    await services.restart(serverId);
  };

  const run = async () => {
    while (!stopping.signal.aborted) {
      await Promise.all(
        [...ids].map((id) =>
          look(id).catch((error: unknown) => log('service restart failed', { serverId: id, error })),
        ),
      );
      await sleep(lookEveryMs, undefined, { ref: false, signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();

  return {
    watch: (serverId) => void ids.add(serverId),
    forget: (serverId) => {
      ids.delete(serverId);
      troubles.delete(serverId);
    },
    close: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** In milliseconds: at once, then 1 s, 2 s, 4 s, … */
export const backoffMs = (attempts: number): number =>
  attempts === 0 ? 0 : Math.min(1000 * 2 ** (attempts - 1), longestPauseMs);
