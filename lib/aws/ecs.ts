/** ECS: a new deployment of a service, with the task definition that it has. */

import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { EcsServices } from '#lib/model/ports.ts';
import { Transient } from '#lib/model/problem.ts';
import { roleCredentials } from './credentials.ts';
import { AwsRefusal, orRefusal } from './refusal.ts';

let client: ECSClient | undefined;

/** Source: ECS API reference, UpdateService, "Errors". */
const absent = new Set(['ServiceNotFoundException', 'ServiceNotActiveException', 'ClusterNotFoundException']);

export const ecsServices = (): EcsServices => ({
  /** False when there is no such service, or it is being deleted. Throws `Transient`. */
  forceNewDeployment: async ({
    cluster,
    service,
  }: {
    readonly cluster: string;
    readonly service: string;
  }): Promise<boolean> => {
    client ??= new ECSClient({ maxAttempts: 3, ...roleCredentials() });
    try {
      await orRefusal(client.send(new UpdateServiceCommand({ cluster, service, forceNewDeployment: true })));
      return true;
    } catch (error) {
      if (error instanceof AwsRefusal && absent.has(error.code)) return false;
      throw new Transient('ECS did not restart the service', { cause: error });
    }
  },
});
