/** Stopping and starting services, which run as one unit on their server's instance. */
import type { Outcome } from '#lib/model/fleet.ts';
import { actOnInstances } from './act-on-instances.ts';
import { type Driver, done, failed, instanceIdsOf, pending, type ServerInstance, tagNames } from './driver.ts';
import { type Job, runJob } from './jobs.ts';
import { outcomeOf } from './refusals.ts';
import { codes } from './scripts/prelude.ts';
import { startScript } from './scripts/services.ts';
import { readStop, stopScript, stopSeconds } from './scripts/stop.ts';

const common = { [codes.busy]: 'pending', [codes.notYet]: 'pending', [codes.setUpFailed]: 'start_failed' } as const;

/**
 * Enough to save a plan's whole memory at 100 MB/s, and within the 20 minutes of a lockout (promise 3). Does not wait
 * for other commands.
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
    decide: ({ serverId, instance }) => {
      if (
        instance.state === 'stopped' ||
        instance.state === 'stopping' ||
        instance.tags[tagNames.service] === 'stopped'
      )
        return done(serverId);
      if (instance.state === 'pending') return pending(serverId);
      return instance.state === 'running' ? null : failed(serverId, 'not_found', 'The instance was terminated.');
    },
    act: async (servers) => {
      const { outcomes } = await runJob(driver, servers, stopJob);
      const stopped = servers.filter(({ serverId }) =>
        outcomes.some((each) => each.serverId === serverId && each.state === 'done'),
      );
      const untagged = await recordServiceState(driver, stopped, 'stopped');
      return outcomes.map((outcome) => untagged.find(({ serverId }) => serverId === outcome.serverId) ?? outcome);
    },
  });

export const startServices = (driver: Driver, serverIds: readonly string[]): Promise<Outcome[]> =>
  actOnInstances(driver, serverIds, {
    decide: ({ serverId, instance }) => {
      if (instance.state === 'running') return null;
      if (instance.state === 'pending') return pending(serverId);
      return failed(
        serverId,
        instance.state === 'terminated' ? 'not_found' : 'server_stopped',
        `The instance is ${instance.state}.`,
      );
    },
    // Tagged before a command is sent, so that a service that may run is never considered stopped.
    act: async (servers) => {
      const fresh = servers.filter(({ instance }) => instance.tags[tagNames.service] !== 'running');
      const untagged = await recordServiceState(driver, fresh, 'running');
      const ready = servers.filter(({ serverId }) => !untagged.some((outcome) => outcome.serverId === serverId));
      return [...untagged, ...(await runJob(driver, ready, startJob)).outcomes];
    },
  });

/** Returns the outcomes of servers that could not be tagged. */
async function recordServiceState(
  { machines }: Driver,
  servers: readonly ServerInstance[],
  state: 'running' | 'stopped',
): Promise<Outcome[]> {
  if (servers.length === 0) return [];
  try {
    await machines.tag(instanceIdsOf(servers), { [tagNames.service]: state });
    return [];
  } catch (error) {
    return servers.map(({ serverId }) => outcomeOf(serverId, error));
  }
}
