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

type Work = (serverId: string) => Promise<'done' | 'pending' | DoneWithProof>;
type Scheduled = (serverId: string) => Promise<Outcome>;

export interface Schedule {
  readonly mutex: KeyedMutex;
  /** For sealing and unsealing, which use a core each. */
  readonly heavy: LimitFunction;
  /** For work that mostly waits for Redis. */
  readonly waiting: LimitFunction;
  /** Refuses work on a server that is about to be stopped. */
  one(limit: LimitFunction, work: Work): Scheduled;
  /** Cancels the work that is queued for the server. */
  stop(work: Work): Scheduled;
  /** As `stop`, and not while the volume is written. */
  stopVolume(limit: LimitFunction, work: Work): Scheduled;
  /** The mutex of the volume, which is taken before the server's. */
  volumeTurn<T>(serverId: string, work: () => Promise<T>): Promise<T>;
}

export function createSchedule(machine: Machine): Schedule {
  const cores = availableParallelism();
  const mutex = createKeyedMutex();
  // Services that do not answer must not keep others from being stopped.
  const stopping = pLimit(32 * cores);
  const inTurn =
    (limit: LimitFunction, work: Work): Scheduled =>
    (serverId) =>
      mutex(serverId, () => limit(() => outcomeOf(serverId, machine.log, () => work(serverId))));
  const leaving =
    (work: Scheduled): Scheduled =>
    (serverId) =>
      machine.leaving.during(serverId, () => work(serverId));
  const volumeTurn = <T>(serverId: string, work: () => Promise<T>) => mutex(`volume ${serverId}`, work);
  return {
    mutex,
    heavy: pLimit(2 * cores),
    waiting: pLimit(8 * cores),
    one: (limit, work) =>
      inTurn(limit, async (serverId) => {
        assertNoPendingStop(machine.leaving, serverId);
        return work(serverId);
      }),
    stop: (work) => leaving(inTurn(stopping, work)),
    stopVolume: (limit, work) => leaving((serverId) => volumeTurn(serverId, () => inTurn(limit, work)(serverId))),
    volumeTurn,
  };
}
