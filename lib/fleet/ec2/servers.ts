/** Stopping and starting servers, which are EC2 instances. What is on a stopped one's volumes is ciphertext only. */
import type { Outcome } from '#lib/model/fleet.ts';
import { actOnInstances } from './act-on-instances.ts';
import { done, type Found, failed, type KeyDriver, pending, type StopDriver, tagNames } from './driver.ts';
import { forAll } from './refusals.ts';
import { mayGoDown, shutDown } from './shut-down.ts';
import { failedBefore, keyFailure } from './start-failure.ts';

const idsOf = (found: readonly Found[]): string[] => found.map(({ instance }) => instance.instanceId);
const gone = (serverId: string) => failed(serverId, 'not_found', 'The instance was terminated.');

export const stopServers = (driver: StopDriver, serverIds: readonly string[]): Promise<Outcome[]> =>
  actOnInstances(driver, serverIds, {
    pauseMs: 10_000,
    seen: ({ serverId, instance }) => {
      if (instance.state === 'stopped') return done(serverId);
      if (instance.state === 'stopping' || instance.state === 'pending') return pending(serverId);
      if (instance.state !== 'running') return gone(serverId);
      if (instance.tags[tagNames.service] === 'stopped') return null;
      return failed(
        serverId,
        'service_running',
        'Its service was not stopped and saved, so its server is not stopped either.',
      );
    },
    act: (found) => shutDown(driver, found),
  });

export const startServers = (driver: KeyDriver, serverIds: readonly string[]): Promise<Outcome[]> =>
  actOnInstances(driver, serverIds, {
    seen: async (found) => {
      const { state } = found.instance;
      if (state === 'running') return mayGoDown(driver, found) ? pending(found.serverId) : done(found.serverId);
      if (state === 'pending' || state === 'stopping') return pending(found.serverId);
      if (state !== 'stopped') return gone(found.serverId);
      return keyFailure(driver, found);
    },
    act: (found) => started(driver, found),
  });

/** Those that did not come up the last time are told apart from those that were stopped on purpose. */
export async function started(driver: KeyDriver, found: readonly Found[]): Promise<Outcome[]> {
  const outcomes = await forAll(found, (batch) => driver.machines.start(idsOf(batch)));
  return outcomes.map((outcome) => {
    const own = found.find(({ serverId }) => serverId === outcome.serverId);
    return (outcome.state === 'pending' && own && failedBefore(driver, own)) || outcome;
  });
}
