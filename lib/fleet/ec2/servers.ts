/** Stops and starts EC2 instances. The volumes of a stopped instance have ciphertext only. */
import type { Outcome } from '#lib/model/fleet.ts';
import { actOnInstances } from './act-on-instances.ts';
import {
  done,
  failed,
  instanceIdsOf,
  type KeyDriver,
  pending,
  type ServerInstance,
  type StopDriver,
  tagNames,
} from './driver.ts';
import { forAll } from './refusals.ts';
import { mayShutDown, shutDown } from './shut-down.ts';
import { failedBefore, keyFailure } from './start-failure.ts';

const terminated = (serverId: string) => failed(serverId, 'not_found', 'The instance was terminated.');

export const stopServers = (driver: StopDriver, serverIds: readonly string[]): Promise<Outcome[]> =>
  actOnInstances(driver, serverIds, {
    pauseMs: 10_000,
    decide: ({ serverId, instance }) => {
      if (instance.state === 'stopped') return done(serverId);
      if (instance.state === 'stopping' || instance.state === 'pending') return pending(serverId);
      if (instance.state !== 'running') return terminated(serverId);
      if (instance.tags[tagNames.service] === 'stopped') return null;
      return failed(
        serverId,
        'service_running',
        'Its service was not stopped and saved, so its server is not stopped either.',
      );
    },
    act: (servers) => shutDown(driver, servers),
  });

export const startServers = (driver: KeyDriver, serverIds: readonly string[]): Promise<Outcome[]> =>
  actOnInstances(driver, serverIds, {
    decide: async (server) => {
      const { state } = server.instance;
      if (state === 'running') return mayShutDown(driver, server) ? pending(server.serverId) : done(server.serverId);
      if (state === 'pending' || state === 'stopping') return pending(server.serverId);
      if (state !== 'stopped') return terminated(server.serverId);
      return keyFailure(driver, server);
    },
    act: (servers) => startInstances(driver, servers),
  });

/** Reports a previous start that failed, while the next one is pending. */
export async function startInstances(driver: KeyDriver, servers: readonly ServerInstance[]): Promise<Outcome[]> {
  const outcomes = await forAll(servers, (batch) => driver.machines.start(instanceIdsOf(batch)));
  return outcomes.map((outcome) => {
    const own = servers.find(({ serverId }) => serverId === outcome.serverId);
    return (outcome.state === 'pending' && own && failedBefore(driver, own)) || outcome;
  });
}
