/**
 * Which servers are about to be stopped. A stop waits for the work on its server that is underway; that work looks here and gives up, and what is
 * queued before the stop does not begin. So nothing that a tenant orders, as one backup after another, holds a stop up.
 */
import { FleetFailure } from './failure.ts';

export interface Leaving {
  has(serverId: string): boolean;
  /** The server is leaving until the work has ended. */
  during<T>(serverId: string, work: () => Promise<T>): Promise<T>;
  /** So are all servers, those too that come up meanwhile. */
  allDuring<T>(work: () => Promise<T>): Promise<T>;
}

export function createLeaving(): Leaving {
  const counts = new Map<string, number>();
  const everybody = '*';
  const add = (serverId: string, by: 1 | -1) => {
    const count = (counts.get(serverId) ?? 0) + by;
    if (count > 0) counts.set(serverId, count);
    else counts.delete(serverId);
  };
  const during = async <T>(serverId: string, work: () => Promise<T>): Promise<T> => {
    add(serverId, 1);
    try {
      return await work();
    } finally {
      add(serverId, -1);
    }
  };
  return {
    has: (serverId) => counts.has(serverId) || counts.has(everybody),
    during,
    allDuring: (work) => during(everybody, work),
  };
}

/** Throws `unavailable` for a server that is about to be stopped. */
export function assertStaying(leaving: Leaving, serverId: string): void {
  if (leaving.has(serverId)) throw new FleetFailure('unavailable', 'The server is about to be stopped.');
}
