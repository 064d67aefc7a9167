/** Restarting an app on ECS by a new deployment of its service. */
import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { restartOnEcs } from '#lib/apps/restart-ecs.ts';
import { ecsServices } from '#lib/aws/ecs.ts';
import { anApp } from '#test/support/build.ts';

const app = anApp();
const target = { cluster: 'acme', service: 'your-app-name' };
const restart = restartOnEcs({ ...ecsServices(), ecsServiceOf: async (id) => (id === app.id ? target : null) });
const named = (name: string) => Object.assign(new Error('a text of ECS'), { name });

describe('restarting an app on ECS', () => {
  it('forces a new deployment of the service that the deployment names for it', async () => {
    const ecs = mockClient(ECSClient);
    ecs.on(UpdateServiceCommand).resolves({});

    expect(await restart(app)).toBe(true);
    expect(ecs.commandCalls(UpdateServiceCommand).map(({ args }) => args[0].input)).toEqual([
      { ...target, forceNewDeployment: true },
    ]);
  });

  it('restarts nothing for an app that the deployment names no service for', async () => {
    const ecs = mockClient(ECSClient);
    expect(await restart(anApp({ id: 'app_other' }))).toBe(false);
    expect(ecs.calls()).toHaveLength(0);
  });

  it.each(['ServiceNotFoundException', 'ServiceNotActiveException', 'ClusterNotFoundException'])(
    'says on %s that nothing was restarted',
    async (name) => {
      mockClient(ECSClient).on(UpdateServiceCommand).rejects(named(name));
      expect(await restart(app)).toBe(false);
    },
  );

  it.each(['ThrottlingException', 'ServerException', 'AccessDeniedException'])('comes again after %s', async (name) => {
    mockClient(ECSClient).on(UpdateServiceCommand).rejects(named(name));
    await expect(restart(app)).rejects.toMatchObject({ name: 'Transient' });
  });
});
