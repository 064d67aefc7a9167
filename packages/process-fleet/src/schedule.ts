/**
 * Schedules work on servers: a mutex per server, and concurrency limits over all servers. A stop precedes queued work.
 */
import { availableParallelism } from 'node:os';
import pLimit, { type LimitFunction } from 'p-limit';
import { type DoneWithProof, outcomeOf } from './failure.ts';
import { createKeyedMutex, type KeyedMutex } from './keyed-mutex.ts';
import { assertNoPendingStop } from './pending-stops.ts';
import type { Outcome } from './port.ts';
import type { Machine } from './server.ts';

type Operation = (serverId: string) => Promise<'done' | 'pending' | DoneWithProof>;
type Scheduled = (serverId: string) => Promise<Outcome>;

export interface Schedule {
  readonly mutex: KeyedMutex;
  /** For sealing and unsealing, which use a core each. */
  readonly cpuLimit: LimitFunction;
  /** For work that mostly waits for Redis. */
  readonly ioLimit: LimitFunction;
  /** Rejects work on a server that is about to be stopped. */
  run(limit: LimitFunction, work: Operation): Scheduled;
  /** Cancels the work that is queued for the server. */
  stop(work: Operation): Scheduled;
  /** As `stop`, and not while the volume is written. */
  stopVolume(limit: LimitFunction, work: Operation): Scheduled;
  /** The mutex of the volume, which is taken before the server's. */
  lockVolume<T>(serverId: string, work: () => Promise<T>): Promise<T>;
}

export function createSchedule(machine: Machine): Schedule {
  const cores = availableParallelism();
  const mutex = createKeyedMutex();
  // Unresponsive services must not prevent the stop of others.
  const stopping = pLimit(32 * cores);
  const serialised =
    (limit: LimitFunction, work: Operation): Scheduled =>
    (serverId) =>
      mutex(serverId, () => limit(() => outcomeOf(serverId, machine.log, () => work(serverId))));
  const withPendingStop =
    (work: Scheduled): Scheduled =>
    (serverId) =>
      machine.pendingStops.during(serverId, () => work(serverId));
  const lockVolume = <T>(serverId: string, work: () => Promise<T>) => mutex(`volume ${serverId}`, work);
  return {
    mutex,
    cpuLimit: pLimit(2 * cores),
    ioLimit: pLimit(8 * cores),
    run: (limit, work) =>
      serialised(limit, async (serverId) => {
        assertNoPendingStop(machine.pendingStops, serverId);
        return work(serverId);
      }),
    stop: (work) => withPendingStop(serialised(stopping, work)),
    stopVolume: (limit, work) =>
      withPendingStop((serverId) => lockVolume(serverId, () => serialised(limit, work)(serverId))),
    lockVolume,
  };
}
