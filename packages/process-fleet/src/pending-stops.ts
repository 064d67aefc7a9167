/**
 * Tracks the servers that are about to be stopped. Running work on such a server checks this and gives up, and queued
 * work does not begin, so that a tenant cannot delay a stop with other operations, such as many backups.
 */
import { FleetFailure } from './failure.ts';

export interface PendingStops {
  has(serverId: string): boolean;
  /** Marks the server until the work has ended. */
  during<T>(serverId: string, work: () => Promise<T>): Promise<T>;
  /** Marks all servers, including those that start in the meantime. */
  allDuring<T>(work: () => Promise<T>): Promise<T>;
}

export function createPendingStops(): PendingStops {
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
export function assertNoPendingStop(pendingStops: PendingStops, serverId: string): void {
  if (pendingStops.has(serverId)) throw new FleetFailure('unavailable', 'The server is about to be stopped.');
}
