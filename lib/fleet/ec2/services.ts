/** Stopping and starting services, which run as one unit on their server's instance. */
import type { Outcome } from '#lib/model/fleet.ts';
import { actOnInstances } from './act-on-instances.ts';
import { type Driver, done, type Found, failed, pending, tagNames } from './driver.ts';
import { type Job, runJob } from './jobs.ts';
import { outcomeOf } from './refusals.ts';
import { codes } from './scripts/prelude.ts';
import { startScript } from './scripts/services.ts';
import { readStop, stopScript, stopSeconds } from './scripts/stop.ts';

const common = { [codes.busy]: 'pending', [codes.notYet]: 'pending', [codes.setUpFailed]: 'start_failed' } as const;

/**
 * A plan's whole memory at 100 MB/s, in the 20 minutes that a lockout takes at most (promise 3). It waits for no other
 * command.
 */
const stopJob: Job = {
  name: 'stop-services',
  script: stopScript,
  withinSeconds: stopSeconds + 60,
  isUrgent: true,
  show: readStop,
  codes: {
    ...common,
    [codes.notRunning]: 'done',
    [codes.saveFailed]: 'save_failed',
    [codes.stopFailed]: 'save_failed',
  },
  cutOff: 'save_failed',
};

const startJob: Job = {
  name: 'start-services',
  script: startScript,
  withinSeconds: 300,
  codes: { ...common, [codes.startFailed]: 'start_failed' },
  cutOff: 'start_failed',
};

export const stopServices = (driver: Driver, serverIds: readonly string[]): Promise<Outcome[]> =>
  actOnInstances(driver, serverIds, {
    seen: ({ serverId, instance }) => {
      if (
        instance.state === 'stopped' ||
        instance.state === 'stopping' ||
        instance.tags[tagNames.service] === 'stopped'
      )
        return done(serverId);
      if (instance.state === 'pending') return pending(serverId);
      return instance.state === 'running' ? null : failed(serverId, 'not_found', 'The instance was terminated.');
    },
    act: async (found) => {
      const { outcomes } = await runJob(driver, found, stopJob);
      const stopped = found.filter(({ serverId }) =>
        outcomes.some((each) => each.serverId === serverId && each.state === 'done'),
      );
      const noted = await recordServiceState(driver, stopped, 'stopped');
      return outcomes.map((outcome) => noted.find(({ serverId }) => serverId === outcome.serverId) ?? outcome);
    },
  });

export const startServices = (driver: Driver, serverIds: readonly string[]): Promise<Outcome[]> =>
  actOnInstances(driver, serverIds, {
    seen: ({ serverId, instance }) => {
      if (instance.state === 'running') return null;
      if (instance.state === 'pending') return pending(serverId);
      return failed(
        serverId,
        instance.state === 'terminated' ? 'not_found' : 'server_stopped',
        `The instance is ${instance.state}.`,
      );
    },
    // Noted before anything is sent: a service that may run is never taken for a stopped one.
    act: async (found) => {
      const fresh = found.filter(({ instance }) => instance.tags[tagNames.service] !== 'running');
      const unnoted = await recordServiceState(driver, fresh, 'running');
      const ready = found.filter(({ serverId }) => !unnoted.some((outcome) => outcome.serverId === serverId));
      return [...unnoted, ...(await runJob(driver, ready, startJob)).outcomes];
    },
  });

/** Those that could not be noted. */
async function recordServiceState(
  { machines }: Driver,
  found: readonly Found[],
  state: 'running' | 'stopped',
): Promise<Outcome[]> {
  if (found.length === 0) return [];
  try {
    await machines.tag(
      found.map(({ instance }) => instance.instanceId),
      { [tagNames.service]: state },
    );
    return [];
  } catch (error) {
    return found.map(({ serverId }) => outcomeOf(serverId, error));
  }
}
