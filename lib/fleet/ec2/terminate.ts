/** Removing a server for good: the instance goes, and its volumes with it. That they went is looked up, not assumed. */
import type { Outcome } from '#lib/model/fleet.ts';
import { actOnInstances } from './act-on-instances.ts';
import { done, isGone, pending, type TerminateDriver, tagNames } from './driver.ts';
import { forAll, outcomeOf } from './refusals.ts';

export const terminate = (driver: TerminateDriver, serverIds: readonly string[]): Promise<Outcome[]> =>
  actOnInstances(driver, serverIds, {
    missing: (serverId) => volumesGone(driver, serverId),
    seen: ({ serverId, instance }) => {
      if (instance.state === 'terminated') return volumesGone(driver, serverId);
      return isGone(instance) ? pending(serverId) : null;
    },
    act: async (found) => {
      const outcomes = await forAll(found, (batch) =>
        driver.machines.terminate(batch.map(({ instance }) => instance.instanceId)),
      );
      return outcomes.map((outcome) =>
        outcome.state === 'failed' && outcome.reason === 'not_found' ? pending(outcome.serverId) : outcome,
      );
    },
  });

/** A volume that outlived its instance is deleted. */
async function volumesGone({ machines }: TerminateDriver, serverId: string): Promise<Outcome> {
  try {
    const volumes = (await machines.volumesWithTag(tagNames.server, serverId)).filter(
      ({ state }) => state !== 'deleted',
    );
    for (const { volumeId } of volumes.filter(({ state }) => state === 'available'))
      await machines.deleteVolume(volumeId);
    return volumes.length === 0 ? done(serverId) : pending(serverId);
  } catch (error) {
    return outcomeOf(serverId, error);
  }
}
