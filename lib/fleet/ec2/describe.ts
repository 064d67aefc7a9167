/** The state of servers by EC2. */

import type { Instance } from '#lib/aws/cloud.ts';
import { AwsRefusal } from '#lib/aws/refusal.ts';
import type { Observed } from '#lib/model/fleet.ts';
import { type Driver, instancesOf, tagNames } from './driver.ts';

/** Ports in the server's network. The plaintext port is closed unless the database allows plaintext. */
export const ports = { plain: 6379, tls: 6380 } as const;

/** Returns `unknown` if EC2 does not respond. The state of a service is certain only if it is stopped. */
export async function describe(driver: Driver, serverIds: readonly string[]): Promise<Observed[]> {
  try {
    const instances = await instancesOf(driver, serverIds);
    return serverIds.map((serverId) => ({ serverId, ...observed(instances.get(serverId)?.[0]) }));
  } catch (error) {
    if (!(error instanceof AwsRefusal)) throw error;
    return serverIds.map((serverId) => ({ serverId, server: 'unknown', service: 'unknown', endpoint: null }));
  }
}

function observed(instance: Instance | undefined): Omit<Observed, 'serverId'> {
  if (!instance || instance.state === 'terminated' || instance.state === 'shutting-down')
    return { server: 'absent', service: 'stopped', endpoint: null };
  const endpoint = instance.privateIp ? { host: instance.privateIp, port: ports.plain, tlsPort: ports.tls } : null;
  if (instance.state === 'stopped') return { server: 'stopped', service: 'stopped', endpoint };
  const service = instance.tags[tagNames.service] === 'stopped' ? 'stopped' : 'unknown';
  return { server: instance.state === 'running' ? 'running' : 'unknown', service, endpoint };
}
