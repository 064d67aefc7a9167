/** The port's verbs over batches: one piece of work at a time per server, and a bound over all of them. */

import { availableParallelism } from 'node:os';
import { createTurns } from '#lib/turns.ts';
import type { Fleet, Outcome, Pair } from '../port.ts';
import { takeBackup } from './backup.ts';
import { type Bound, createBound } from './bounded-work.ts';
import { startCheckpoints } from './checkpoint.ts';
import { outcomeOf, type Shown } from './failure.ts';
import { followStep, tendStep } from './follow.ts';
import { progressOf } from './follow-progress.ts';
import type { Crew } from './intent.ts';
import { measured } from './measure.ts';
import { observe } from './observe.ts';
import { tryToOpen } from './opening.ts';
import { changePassword } from './password.ts';
import { createPortBook } from './port-book.ts';
import { admitWritersStep, promoteStep, refuseWritersStep } from './promote.ts';
import { restoreStep } from './restore.ts';
import { findServer, type Machine, serverNamed } from './server.ts';
import { launchStep, startServerStep, stopServerStep, terminateStep } from './server-steps.ts';
import { findService } from './service-process.ts';
import { restartServiceStep, restartStep, resumeStep, startServiceStep, stopServiceStep, suspendStep } from './service-steps.ts';
import { changeSettings, resetStatisticsStep } from './settings.ts';
import { createSupervisor } from './supervisor.ts';
import { meantToRun, resumable, suspendable } from './suspension.ts';

export interface ProcessFleet extends Fleet {
  /** Stops every running service and server, saved and sealed, but keeps in mind that they are meant to run. */
  suspendAll(): Promise<Outcome[]>;
  /** Brings back what is meant to run. One whose key is unusable stays stopped, and its outcome says so. */
  resumeAll(): Promise<Outcome[]>;
  /** The file with the certificate of the authority that clients trust on the TLS ports. */
  readonly authorityFile: string;
  /** Looks after the services no longer. They run on. */
  close(): Promise<void>;
}

type Step = (crew: Crew, serverId: string) => Promise<'done' | 'pending' | Shown>;

/** `checkpointEveryMs`: how often running services are sealed. */
export function createVerbs(machine: Machine, checkpointEveryMs: number): ProcessFleet {
  // Sealing and unsealing fill a core each; services mostly wait for Redis.
  const heavy = createBound(2 * availableParallelism());
  const waiting = createBound(8 * availableParallelism());
  const turns = createTurns();
  const crew = staff(machine, (serverId, work) => turns(serverId, () => waiting(work)));

  const one = (bound: Bound, step: Step) => (serverId: string) =>
    turns(serverId, () => bound(() => outcomeOf(serverId, machine.log, () => step(crew, serverId))));
  const volumeTurn = <T>(serverId: string, work: () => Promise<T>) => turns(`volume ${serverId}`, work);
  const checkpoints = startCheckpoints({ machine, turns, heavy, volumeTurn }, checkpointEveryMs);
  const onVolumes = (bound: Bound, step: Step) => (serverIds: readonly string[]) =>
    Promise.all(serverIds.map((serverId) => volumeTurn(serverId, () => one(bound, step)(serverId))));
  const batch = (bound: Bound, step: Step) => (serverIds: readonly string[]) => Promise.all(serverIds.map(one(bound, step)));
  const paired = (step: (crew: Crew, pair: Pair) => Promise<'done' | 'pending'>) => (pairs: readonly Pair[]) =>
    Promise.all(pairs.map((pair) => one(waiting, () => step(crew, pair))(pair.serverId)));

  return {
    launch: (specs) => Promise.all(specs.map((spec) => one(heavy, () => launchStep(crew, spec))(spec.serverId))),
    describe: (serverIds) => Promise.all(serverIds.map((serverId) => waiting(() => observe(machine, serverId)))),
    stopServices: batch(waiting, stopServiceStep),
    stopServers: onVolumes(heavy, stopServerStep),
    startServers: batch(heavy, startServerStep),
    tryToOpen: (serverIds) => Promise.all(serverIds.map((serverId) => waiting(() => tryToOpen(machine, serverId)))),
    startServices: batch(waiting, startServiceStep),
    backup: (orders) => Promise.all(orders.map((order) => takeBackup({ machine, turns, heavy }, order))),
    restore: (orders) => Promise.all(orders.map((order) => one(heavy, () => restoreStep(crew, order))(order.serverId))),
    terminate: onVolumes(waiting, terminateStep),
    follow: paired(followStep),
    caughtUp: (serverIds) => Promise.all(serverIds.map((serverId) => waiting(() => progressOf(machine, serverId)))),
    promote: paired(promoteStep),
    refuseWriters: batch(waiting, refuseWritersStep),
    admitWriters: batch(waiting, admitWritersStep),
    suspendAll: async () => onVolumes(heavy, suspendStep)(await suspendable(machine)),
    resumeAll: async () => batch(heavy, resumeStep)(await resumable(machine)),
    setPassword: (serverId, passwordSha256) =>
      one(waiting, async () => changePassword(await serverNamed(machine, serverId), passwordSha256))(serverId),
    configure: (serverId, settings) => one(waiting, async () => changeSettings(await serverNamed(machine, serverId), settings))(serverId),
    measure: (serverIds) => Promise.all(serverIds.map((serverId) => waiting(() => measured(machine, serverId)))),
    resetStatistics: batch(waiting, resetStatisticsStep),
    restartServices: batch(waiting, restartServiceStep),
    authorityFile: machine.tls.authority,
    close: async () => void (await Promise.all([crew.supervisor.close(), checkpoints.close()])),
  };
}

/** The supervisor looks after what runs already, from the start. */
function staff(machine: Machine, inTurn: (serverId: string, work: () => Promise<void>) => Promise<void>): Crew {
  const isOpen = async (serverId: string) => {
    const server = await findServer(machine, serverId);
    return server !== null && (await findService(server))?.open === true;
  };
  const restart = (serverId: string) => inTurn(serverId, () => restartStep(crew, serverId));
  const tend = async (serverId: string) => {
    if ((await findServer(machine, serverId))?.record.following) await inTurn(serverId, () => tendStep(crew, serverId));
  };
  const supervisor = createSupervisor({ isOpen, restart, tend }, machine.log);
  const crew = { machine, ports: createPortBook(machine), supervisor };
  void meantToRun(machine).then((ids) => ids.map(supervisor.watch));
  return crew;
}
