/** Terminates servers, and verifies that their volumes were deleted. */
import type { Outcome } from '#lib/model/fleet.ts';
import { actOnInstances } from './act-on-instances.ts';
import { done, instanceIdsOf, isGone, pending, type TerminateDriver, tagNames } from './driver.ts';
import { forAll, outcomeOf } from './refusals.ts';

export const terminate = (driver: TerminateDriver, serverIds: readonly string[]): Promise<Outcome[]> =>
  actOnInstances(driver, serverIds, {
    missing: (serverId) => deleteVolumes(driver, serverId),
    decide: ({ serverId, instance }) => {
      if (instance.state === 'terminated') return deleteVolumes(driver, serverId);
      return isGone(instance) ? pending(serverId) : null;
    },
    act: async (servers) => {
      const outcomes = await forAll(servers, (batch) => driver.machines.terminate(instanceIdsOf(batch)));
      return outcomes.map((outcome) =>
        outcome.state === 'failed' && outcome.reason === 'not_found' ? pending(outcome.serverId) : outcome,
      );
    },
  });

/** Done if no volume of the server is left. */
async function deleteVolumes({ machines }: TerminateDriver, serverId: string): Promise<Outcome> {
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
