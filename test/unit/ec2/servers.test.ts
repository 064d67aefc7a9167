/** Starting and describing EC2 servers. */
import {
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  StartInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import { anInstance, aWorld, awsError } from './world.ts';

const failing = (reason: string) => [expect.objectContaining({ state: 'failed', reason })];

describe('starting servers', () => {
  it('starts a server that was stopped on purpose without a KMS request, and is done when it runs', async () => {
    const { fleet, world, checks } = aWorld();
    const instance = anInstance(world, 'srv_1', { state: 'stopped', reason: 'Client.UserInitiatedShutdown' });

    expect(await fleet.startServers(['srv_1'])).toEqual([{ serverId: 'srv_1', state: 'pending' }]);

    instance.state = 'running';
    expect(await fleet.startServers(['srv_1'])).toEqual([{ serverId: 'srv_1', state: 'done' }]);
    expect(checks).toEqual([]);
  });

  it.each(['Client.InvalidKMSKey.InvalidState', 'Client.InternalError'])(
    'reads %s, checks the key with KMS, and trusts KMS',
    async (reason) => {
      const { fleet, world, ec2 } = aWorld();
      const instance = anInstance(world, 'srv_1', { state: 'stopped', reason });

      world.verdict = 'unusable';
      expect(await fleet.startServers(['srv_1'])).toEqual(failing('key_unusable'));
      world.verdict = 'unknown';
      expect(await fleet.startServers(['srv_1'])).toEqual(failing('unavailable'));
      expect(ec2.commandCalls(StartInstancesCommand)).toHaveLength(0);

      world.verdict = 'usable';
      expect(await fleet.startServers(['srv_1'])).toEqual(failing('unavailable'));
      expect(instance.state).toBe('pending');
    },
  );

  it('sees a start that EC2 accepted and that came to nothing', async () => {
    const { fleet, world, ec2 } = aWorld();
    const instance = anInstance(world, 'srv_1', { state: 'stopped', reason: 'Client.UserInitiatedShutdown' });
    world.verdict = 'unusable';

    ec2.on(StartInstancesCommand).callsFake(() => {
      instance.reason = 'Client.InvalidKMSKey.InvalidState';
      return {};
    });

    expect(await fleet.startServers(['srv_1'])).toEqual(failing('key_unusable'));
  });

  it('tries again for want of capacity', async () => {
    const { fleet, world, ec2 } = aWorld();
    anInstance(world, 'srv_1', { state: 'stopped', reason: 'Server.InsufficientInstanceCapacity' });

    ec2.on(StartInstancesCommand).rejects(awsError('InsufficientInstanceCapacity'));

    expect(await fleet.startServers(['srv_1'])).toEqual(failing('unavailable'));
  });

  it('waits for a running server with a pending shutdown', async () => {
    const { fleet, world } = aWorld();
    const instance = anInstance(world, 'srv_1', { tags: { 'latchkey:service': 'stopped' } });
    world.ending = () => ({ status: 'InProgress' });

    await fleet.stopServers(['srv_1']);

    expect(await fleet.startServers(['srv_1'])).toEqual([{ serverId: 'srv_1', state: 'pending' }]);

    world.passes(180_000);
    expect(await fleet.startServers(['srv_1'])).toEqual([{ serverId: 'srv_1', state: 'done' }]);
    expect(instance.state).toBe('running');
  });

  it('does not find a server that was terminated', async () => {
    const { fleet, world } = aWorld();
    anInstance(world, 'srv_1', { state: 'terminated' });
    expect(await fleet.startServers(['srv_1', 'srv_2'])).toEqual([...failing('not_found'), ...failing('not_found')]);
  });
});

describe('describing servers', () => {
  it('distinguishes running, stopped and absent, and whether the service is certainly stopped', async () => {
    const { fleet, world } = aWorld();
    anInstance(world, 'srv_1');
    anInstance(world, 'srv_2', { tags: { 'latchkey:service': 'stopped' } });
    anInstance(world, 'srv_3', { state: 'stopped' });
    anInstance(world, 'srv_4', { state: 'terminated' });
    const endpoint = { host: '10.0.0.7', port: 6379, tlsPort: 6380 };

    expect(await fleet.describe(['srv_1', 'srv_2', 'srv_3', 'srv_4', 'srv_5'])).toEqual([
      { serverId: 'srv_1', server: 'running', service: 'unknown', endpoint },
      { serverId: 'srv_2', server: 'running', service: 'stopped', endpoint },
      { serverId: 'srv_3', server: 'stopped', service: 'stopped', endpoint },
      { serverId: 'srv_4', server: 'absent', service: 'stopped', endpoint: null },
      { serverId: 'srv_5', server: 'absent', service: 'stopped', endpoint: null },
    ]);
  });

  it('knows nothing while EC2 does not respond', async () => {
    const { fleet, ec2 } = aWorld();
    ec2.on(DescribeInstancesCommand).rejects(awsError('RequestLimitExceeded'));

    expect(await fleet.describe(['srv_1'])).toEqual([
      { serverId: 'srv_1', server: 'unknown', service: 'unknown', endpoint: null },
    ]);
  });

  it('takes the instance that is there before one that no longer exists', async () => {
    const { fleet, world } = aWorld();
    anInstance(world, 'srv_1', { id: 'i-old', state: 'terminated' });

    anInstance(world, 'srv_1', { id: 'i-new' });

    expect(await fleet.describe(['srv_1'])).toEqual([expect.objectContaining({ server: 'running' })]);
  });
});

describe('terminating servers', () => {
  it('is done when instance and volumes are gone, and not before', async () => {
    const { fleet, world, ec2 } = aWorld();
    const instance = anInstance(world, 'srv_1');

    world.volumes = [{ id: 'vol-1', state: 'in-use', server: 'srv_1' }];

    expect(await fleet.terminate(['srv_1'])).toEqual([{ serverId: 'srv_1', state: 'pending' }]);

    instance.state = 'terminated';
    expect(await fleet.terminate(['srv_1'])).toEqual([{ serverId: 'srv_1', state: 'pending' }]);

    world.volumes = [];
    expect(await fleet.terminate(['srv_1'])).toEqual([{ serverId: 'srv_1', state: 'done' }]);
    expect(ec2.commandCalls(TerminateInstancesCommand)).toHaveLength(1);
  });

  it('deletes a volume that outlived its instance', async () => {
    const { fleet, world } = aWorld();
    world.volumes = [{ id: 'vol-1', state: 'available', server: 'srv_1' }];

    expect(await fleet.terminate(['srv_1'])).toEqual([{ serverId: 'srv_1', state: 'done' }]);
    expect(world.volumes).toEqual([]);
  });

  it('is done for a server that was never there, or that EC2 forgot meanwhile', async () => {
    const { fleet, world, ec2 } = aWorld();
    expect(await fleet.terminate(['srv_1'])).toEqual([{ serverId: 'srv_1', state: 'done' }]);

    anInstance(world, 'srv_2');
    ec2.on(TerminateInstancesCommand).callsFake(() => {
      world.instances.splice(0);
      throw awsError('InvalidInstanceID.NotFound');
    });

    expect(await fleet.terminate(['srv_2'])).toEqual([{ serverId: 'srv_2', state: 'done' }]);
  });

  it('does not take it for gone while EC2 does not say', async () => {
    const { fleet, ec2 } = aWorld();
    ec2.on(DescribeVolumesCommand).rejects(awsError('RequestLimitExceeded'));
    expect(await fleet.terminate(['srv_1'])).toEqual(failing('unavailable'));
  });
});
