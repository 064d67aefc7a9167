/** Deploys ECS services again, with their present task definition. */

import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { EcsServices } from '#lib/model/ports.ts';
import { Transient } from '#lib/model/problem.ts';
import { roleCredentials } from './credentials.ts';
import { AwsRefusal, orRefusal } from './refusal.ts';

let client: ECSClient | undefined;

/** Source: ECS API reference, UpdateService, "Errors". */
const missingErrors = new Set(['ServiceNotFoundException', 'ServiceNotActiveException', 'ClusterNotFoundException']);

export const ecsServices = (): EcsServices => ({
  /** Returns false if the service does not exist or is being deleted. Throws `Transient`. */
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
      if (error instanceof AwsRefusal && missingErrors.has(error.code)) return false;
      throw new Transient('ECS did not restart the service', { cause: error });
    }
  },
});
