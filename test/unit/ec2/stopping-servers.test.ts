/** Stopping EC2 servers: by their own shutdown, or by EC2. */
import { CreateTagsCommand, DescribeInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { SendCommandCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it } from '@jest/globals';
import { settle } from './instances.ts';
import { anInstance, aWorld, awsError, type World } from './world.ts';

const failing = (reason: string) => [expect.objectContaining({ state: 'failed', reason })];
const isPending = (serverId = 'srv_1') => ({ serverId, state: 'pending' });
const isDone = (serverId = 'srv_1') => ({ serverId, state: 'done' });
const stoppable = (world: World, ...serverIds: string[]) =>
  serverIds.map((id) => anInstance(world, id, { tags: { 'latchkey:service': 'stopped' } }));
const stoppedByEc2 = ({ ec2 }: Pick<World, 'ec2'>) =>
  ec2.commandCalls(StopInstancesCommand).map(({ args }) => args[0].input.InstanceIds);

describe('stopping servers', () => {
  it('has those shut down whose service was stopped, and is done when they are stopped', async () => {
    const { fleet, world, ec2, sent } = aWorld();
    const instances = stoppable(world, 'srv_1', 'srv_2');

    expect(await fleet.stopServers(['srv_1', 'srv_2'])).toEqual([isPending('srv_1'), isPending('srv_2')]);
    expect(instances.map(({ state, reason }) => [state, reason])).toEqual(
      Array(2).fill(['stopping', 'Client.InstanceInitiatedShutdown']),
    );

    settle(world);
    expect(await fleet.stopServers(['srv_1', 'srv_2'])).toEqual([isDone('srv_1'), isDone('srv_2')]);
    expect(sent.map(({ instanceIds, comment }) => [instanceIds, comment])).toEqual([
      [['i-srv_1', 'i-srv_2'], 'latchkey shut-down'],
    ]);
    expect(stoppedByEc2({ ec2 })).toEqual([]);
  });

  it('never stops one under a service that may run', async () => {
    const { fleet, world, ec2, sent } = aWorld();
    anInstance(world, 'srv_1');

    expect(await fleet.stopServers(['srv_1'])).toEqual(failing('service_running'));
    expect([sent, stoppedByEc2({ ec2 })]).toEqual([[], []]);
  });

  it('sends a command to at most 50 at a time', async () => {
    const { fleet, world, sent } = aWorld();
    const ids = Array.from({ length: 120 }, (_, index) => `srv_${index}`);
    stoppable(world, ...ids);

    await fleet.stopServers(ids);

    expect(sent.map(({ instanceIds }) => instanceIds.length)).toEqual([50, 50, 20]);
  });

  it('leaves a server that still runs after a minute to EC2, without a second command', async () => {
    const { fleet, world, ec2, sent } = aWorld();
    stoppable(world, 'srv_1');

    world.ending = () => ({ status: 'InProgress' });

    expect(await fleet.stopServers(['srv_1'])).toEqual([isPending()]);
    expect(stoppedByEc2({ ec2 })).toEqual([]);

    world.passes(60_000);
    expect(await fleet.stopServers(['srv_1'])).toEqual([isPending()]);
    expect(stoppedByEc2({ ec2 })).toEqual([['i-srv_1']]);
    expect(sent).toHaveLength(1);
  });

  it('sends the command again to a server that booted since', async () => {
    const { fleet, world, sent } = aWorld();
    stoppable(world, 'srv_1');
    await fleet.stopServers(['srv_1']);
    world.passes(120_000);
    settle(world);
    await fleet.startServers(['srv_1']);
    settle(world);
    world.passes(120_000);

    await fleet.stopServers(['srv_1']);

    expect(sent).toHaveLength(2);

    const orders = sent.map(({ script }) => Number(/-lt (\d+)/.exec(script)?.[1]));
    expect((orders[1] ?? 0) - (orders[0] ?? 0)).toBeGreaterThanOrEqual(240);
  });

  it('leaves only the one without an agent to EC2', async () => {
    const { fleet, world, ec2, ssm } = aWorld();
    const instances = stoppable(world, 'srv_1', 'srv_2', 'srv_3');
    const requests: string[][] = [];

    ssm.on(SendCommandCommand).callsFake(({ InstanceIds }) => {
      if (InstanceIds.includes('i-srv_2')) throw awsError('InvalidInstanceId');
      requests.push(InstanceIds);
      return { Command: { CommandId: `command-${requests.length}` } };
    });

    expect(await fleet.stopServers(['srv_1', 'srv_2', 'srv_3'])).toEqual(['srv_1', 'srv_2', 'srv_3'].map(isPending));
    expect(requests).toEqual([['i-srv_1'], ['i-srv_3']]);
    expect(stoppedByEc2({ ec2 })).toEqual([['i-srv_2']]);
    expect(instances.map(({ state }) => state)).toEqual(['running', 'stopping', 'running']);
  });

  it.each(['ThrottlingException', 'InternalServerError', 'ECONNREFUSED'])(
    'leaves all to EC2 while Systems Manager says %s',
    async (code) => {
      const { fleet, world, ec2, ssm } = aWorld();
      stoppable(world, 'srv_1', 'srv_2');

      ssm.on(SendCommandCommand).rejects(awsError(code));

      expect(await fleet.stopServers(['srv_1', 'srv_2'])).toEqual([isPending('srv_1'), isPending('srv_2')]);
      expect(stoppedByEc2({ ec2 })).toEqual([['i-srv_1', 'i-srv_2']]);
    },
  );

  it('records the shutdown before it sends it, so that a start waits for a command that may be pending', async () => {
    const { fleet, world, ssm } = aWorld();
    stoppable(world, 'srv_1');
    let meanwhile: unknown;
    ssm.on(SendCommandCommand).callsFake(async () => {
      meanwhile = await fleet.startServers(['srv_1']);
      return { Command: { CommandId: 'command-1' } };
    });

    await fleet.stopServers(['srv_1']);

    expect(meanwhile).toEqual([isPending()]);
  });

  it('sends no command while it cannot be recorded', async () => {
    const { fleet, world, ec2, sent } = aWorld();
    stoppable(world, 'srv_1');

    ec2.on(CreateTagsCommand).rejects(awsError('RequestLimitExceeded'));

    expect(await fleet.stopServers(['srv_1'])).toEqual(failing('unavailable'));
    expect([sent, stoppedByEc2({ ec2 })]).toEqual([[], []]);
  });

  it('reports a throttled request as unavailable', async () => {
    const { fleet, ec2 } = aWorld();
    ec2.on(DescribeInstancesCommand).rejects(awsError('RequestLimitExceeded'));
    expect(await fleet.stopServers(['srv_1'])).toEqual(failing('unavailable'));
  });
});

describe('servers that EC2 is to stop', () => {
  const unreached = (...serverIds: string[]) => {
    const parts = aWorld();
    parts.ssm.on(SendCommandCommand).rejects(awsError('ThrottlingException'));
    return { ...parts, instances: stoppable(parts.world, ...serverIds) };
  };

  it('are reported one by one: one that EC2 does not know spoils no other', async () => {
    const { fleet, ec2, instances } = unreached('srv_1', 'srv_2', 'srv_3', 'srv_4', 'srv_5');
    ec2.on(StopInstancesCommand).callsFake(({ InstanceIds }) => {
      if (InstanceIds.includes('i-srv_1')) throw awsError('InvalidInstanceID.NotFound');
      for (const each of instances) if (InstanceIds.includes(each.id)) each.state = 'stopped';
      return {};
    });

    const outcomes = await fleet.stopServers(['srv_1', 'srv_2', 'srv_3', 'srv_4', 'srv_5', 'srv_absent']);

    expect(outcomes.map(({ serverId, ...rest }) => [serverId, 'reason' in rest ? rest.reason : rest.state])).toEqual([
      ['srv_1', 'not_found'],
      ['srv_2', 'done'],
      ['srv_3', 'done'],
      ['srv_4', 'done'],
      ['srv_5', 'done'],
      ['srv_absent', 'not_found'],
    ]);
  });

  it.each(['RequestLimitExceeded', 'Throttling', 'Unavailable', 'InternalError', 'ServiceUnavailable'])(
    'are unavailable while EC2 says %s, without more requests',
    async (code) => {
      const { fleet, ec2 } = unreached('srv_1', 'srv_2');
      ec2.on(StopInstancesCommand).rejects(awsError(code));

      expect(await fleet.stopServers(['srv_1', 'srv_2'])).toEqual([
        ...failing('unavailable'),
        ...failing('unavailable'),
      ]);
      expect(ec2.commandCalls(StopInstancesCommand)).toHaveLength(1);
    },
  );
});
