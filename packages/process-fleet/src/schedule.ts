/**
 * Schedules work on servers: a mutex per server, and concurrency limits over all servers. A stop precedes queued work.
 */
import { availableParallelism } from 'node:os';
import { createTurns, type Turns } from '#lib/turns.ts';
import { type Bound, createBound } from './bounded-work.ts';
import { outcomeOf, type Shown } from './failure.ts';
import { assertStaying } from './leaving.ts';
import type { Outcome } from './port.ts';
import type { Machine } from './server.ts';

type Work = (serverId: string) => Promise<'done' | 'pending' | Shown>;
type Scheduled = (serverId: string) => Promise<Outcome>;

export interface Schedule {
  readonly turns: Turns;
  /** For sealing and unsealing, which use a core each. */
  readonly heavy: Bound;
  /** For work that mostly waits for Redis. */
  readonly waiting: Bound;
  /** Refuses work on a server that is about to be stopped. */
  one(bound: Bound, work: Work): Scheduled;
  /** Cancels the work that is queued for the server. */
  stop(work: Work): Scheduled;
  /** As `stop`, and not while the volume is written. */
  stopVolume(bound: Bound, work: Work): Scheduled;
  /** The mutex of the volume, which is taken before the server's. */
  volumeTurn<T>(serverId: string, work: () => Promise<T>): Promise<T>;
}

export function createSchedule(machine: Machine): Schedule {
  const cores = availableParallelism();
  const turns = createTurns();
  // Services that do not answer must not keep others from being stopped.
  const stopping = createBound(32 * cores);
  const inTurn =
    (bound: Bound, work: Work): Scheduled =>
    (serverId) =>
      turns(serverId, () => bound(() => outcomeOf(serverId, machine.log, () => work(serverId))));
  const leaving =
    (work: Scheduled): Scheduled =>
    (serverId) =>
      machine.leaving.during(serverId, () => work(serverId));
  const volumeTurn = <T>(serverId: string, work: () => Promise<T>) => turns(`volume ${serverId}`, work);
  return {
    turns,
    heavy: createBound(2 * cores),
    waiting: createBound(8 * cores),
    one: (bound, work) =>
      inTurn(bound, async (serverId) => {
        assertStaying(machine.leaving, serverId);
        return work(serverId);
      }),
    stop: (work) => leaving(inTurn(stopping, work)),
    stopVolume: (bound, work) => leaving((serverId) => volumeTurn(serverId, () => inTurn(bound, work)(serverId))),
    volumeTurn,
  };
}
