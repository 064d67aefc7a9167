/** The port's operations on batches: serialised per server, and limited over all servers. */

import { readFile } from 'node:fs/promises';
import type { LimitFunction } from 'p-limit';
import { takeBackup } from './backup.ts';
import { startCheckpoints } from './checkpoint.ts';
import { createDigests } from './digest.ts';
import type { DoneWithProof } from './failure.ts';
import { followStep, repairReplicationStep } from './follow.ts';
import { progressOf } from './follow-progress.ts';
import { measure } from './measure.ts';
import { observe } from './observe.ts';
import { tryToOpen } from './opening.ts';
import type { OperationContext } from './operation-context.ts';
import { changePassword } from './password.ts';
import type { Fleet, Outcome, Pair } from './port.ts';
import { createPortBook } from './port-book.ts';
import { pauseWritesStep, promoteStep, resumeWritesStep } from './promote.ts';
import { restoreStep } from './restore.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { findServer, type Machine, requireServer } from './server.ts';
import { launchStep, startServerStep, stopServerStep, terminateStep } from './server-steps.ts';
import { findService } from './service-process.ts';
import {
  restartServiceStep,
  restartStep,
  resumeStep,
  startServiceStep,
  stopServiceStep,
  suspendStep,
} from './service-steps.ts';
import { changeSettings, resetStatisticsStep } from './settings.ts';
import { createSupervisor } from './supervisor.ts';
import { desiredToRun, resumable, suspendable } from './suspension.ts';

export interface ProcessFleet extends Fleet {
  /** Stops every running service and server, saved and sealed, without changing their desired state. */
  suspendAll(): Promise<Outcome[]>;
  /** Starts servers whose desired state is running. A server whose key is unusable stays stopped and fails. */
  resumeAll(): Promise<Outcome[]>;
  /** The file with the certificate of the authority that clients trust on the TLS ports. */
  readonly authorityFile: string;
  /** Ends the supervision; the services keep running. */
  close(): Promise<void>;
}

type Step = (context: OperationContext, serverId: string) => Promise<'done' | 'pending' | DoneWithProof>;

/** `checkpointEveryMs`: how often running services are sealed. */
export function createOperations(machine: Machine, checkpointEveryMs: number): ProcessFleet {
  const schedule = createSchedule(machine);
  const { mutex, cpuLimit, ioLimit, lockVolume } = schedule;
  const context = createContext(machine, (serverId, work) =>
    mutex(serverId, () => ioLimit(async () => (machine.pendingStops.has(serverId) ? undefined : work()))),
  );
  const one = (limit: LimitFunction, step: Step) => schedule.run(limit, (serverId) => step(context, serverId));
  const batch = (limit: LimitFunction, step: Step) => (serverIds: readonly string[]) =>
    Promise.all(serverIds.map(one(limit, step)));
  const paired =
    (step: (context: OperationContext, pair: Pair) => Promise<'done' | 'pending'>) => (pairs: readonly Pair[]) =>
      Promise.all(pairs.map((pair) => one(ioLimit, () => step(context, pair))(pair.serverId)));
  const checkpoints = startCheckpoints({ machine, mutex, cpuLimit, lockVolume }, checkpointEveryMs);

  return {
    ...stopsOf(context, schedule),
    ...readsOf(machine, ioLimit),
    launch: (specs) => Promise.all(specs.map((spec) => one(cpuLimit, () => launchStep(context, spec))(spec.serverId))),
    startServers: batch(cpuLimit, startServerStep),
    startServices: batch(ioLimit, startServiceStep),
    backup: (orders) => Promise.all(orders.map((order) => takeBackup({ machine, mutex, cpuLimit }, order))),
    restore: (orders) =>
      Promise.all(orders.map((order) => one(cpuLimit, () => restoreStep(context, order))(order.serverId))),
    follow: paired(followStep),
    promote: paired(promoteStep),
    pauseWrites: batch(ioLimit, pauseWritesStep),
    resumeWrites: batch(ioLimit, resumeWritesStep),
    setPassword: (serverId, passwordSha256) =>
      one(ioLimit, async () => changePassword(await requireServer(machine, serverId), passwordSha256))(serverId),
    configure: (serverId, settings) =>
      one(ioLimit, async () => changeSettings(await requireServer(machine, serverId), settings))(serverId),
    resetStatistics: batch(ioLimit, resetStatisticsStep),
    restartServices: batch(ioLimit, restartServiceStep),
    ...certificates(machine),
    close: async () => void (await Promise.all([context.supervisor.close(), checkpoints.close()])),
  };
}

/** Operations that stop servers, and a resumption, which a suspension aborts. */
function stopsOf(context: OperationContext, { run, stop, stopVolume, cpuLimit, ioLimit }: Schedule) {
  const { machine } = context;
  const all = (work: (serverId: string) => Promise<Outcome>) => (serverIds: readonly string[]) =>
    Promise.all(serverIds.map(work));
  let resuming: Promise<unknown> = Promise.resolve();
  return {
    stopServices: all(stop((serverId) => stopServiceStep(context, serverId))),
    stopServers: all(stopVolume(cpuLimit, (serverId) => stopServerStep(context, serverId))),
    terminate: all(stopVolume(ioLimit, (serverId) => terminateStep(context, serverId))),
    suspendAll: () =>
      machine.pendingStops.allDuring(async () => {
        await resuming;
        return all(stopVolume(cpuLimit, (serverId) => suspendStep(context, serverId)))(await suspendable(machine));
      }),
    resumeAll: () => {
      const resumed = resumable(machine).then(all(run(cpuLimit, (serverId) => resumeStep(context, serverId))));
      resuming = Promise.allSettled([resuming, resumed]);
      return resumed;
    },
  };
}

/** All servers share one certificate for loopback, which exists before them. */
const certificates = ({
  tls,
}: Machine): Pick<
  ProcessFleet,
  'authorityFile' | 'certificateAuthority' | 'certificateRequest' | 'installCertificate'
> => ({
  authorityFile: tls.authority,
  certificateAuthority: () => readFile(tls.authority, 'utf8'),
  certificateRequest: async (serverId) => ({ serverId, state: 'done', request: null }),
  installCertificate: async (serverId) => ({ serverId, state: 'done' }),
});

/** Operations that change nothing. */
function readsOf(
  machine: Machine,
  ioLimit: LimitFunction,
): Pick<ProcessFleet, 'describe' | 'tryToOpen' | 'caughtUp' | 'measure' | 'digest'> {
  const each =
    <T>(observation: (machine: Machine, serverId: string) => Promise<T>) =>
    (serverIds: readonly string[]) =>
      Promise.all(serverIds.map((serverId) => ioLimit(() => observation(machine, serverId))));
  const digest = createDigests(machine);
  return {
    describe: each(observe),
    tryToOpen: each(tryToOpen),
    caughtUp: each(progressOf),
    measure: each(measure),
    digest: (requests) => Promise.all(requests.map(digest)),
  };
}

/** Supervises running services from the start. */
function createContext(
  machine: Machine,
  serialised: (serverId: string, work: () => Promise<void>) => Promise<void>,
): OperationContext {
  const isOpen = async (serverId: string) => {
    const server = await findServer(machine, serverId);
    return server !== null && (await findService(server))?.open === true;
  };
  const restart = (serverId: string) => serialised(serverId, () => restartStep(context, serverId));
  const repairReplication = async (serverId: string) => {
    if ((await findServer(machine, serverId))?.record.following)
      await serialised(serverId, () => repairReplicationStep(context, serverId));
  };
  const supervisor = createSupervisor({ isOpen, restart, repairReplication }, machine.log);
  const context = { machine, ports: createPortBook(machine), supervisor };
  void desiredToRun(machine).then((ids) => ids.map(supervisor.watch));
  return context;
}
