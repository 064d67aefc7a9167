/** Stopping services on EC2 servers with Run Command. */
import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { ListCommandInvocationsCommand, SendCommandCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it } from '@jest/globals';
import { codes } from '#lib/fleet/ec2/scripts/prelude.ts';
import { anInstance, aWorld, awsError } from './world.ts';

const failing = (reason: string, detail?: string) => [
  expect.objectContaining({ state: 'failed', reason, ...(detail ? { detail: expect.stringContaining(detail) } : {}) }),
];
const isDone = (serverId = 'srv_1') => ({ serverId, state: 'done' });
const isPending = (serverId = 'srv_1') => ({ serverId, state: 'pending' });
const underway = () => ({ status: 'InProgress' as const });

describe('stopping services', () => {
  it('runs one command for all, and notes on each instance that its service is stopped', async () => {
    const { fleet, world, sent } = aWorld();
    const instances = ['srv_1', 'srv_2'].map((id) => anInstance(world, id));

    expect(await fleet.stopServices(['srv_1', 'srv_2'])).toEqual([isDone('srv_1'), isDone('srv_2')]);
    expect(sent.map(({ instanceIds, comment }) => [instanceIds, comment])).toEqual([
      [['i-srv_1', 'i-srv_2'], 'latchkey stop-services'],
    ]);
    expect(instances.map(({ tags }) => tags['latchkey:service'])).toEqual(['stopped', 'stopped']);
    expect(await fleet.stopServices(['srv_1', 'srv_2'])).toEqual([isDone('srv_1'), isDone('srv_2')]);
    expect(sent).toHaveLength(1);
  });

  it('shows when the service saved, and how much', async () => {
    const { fleet, world } = aWorld();
    anInstance(world, 'srv_1');
    world.ending = () => ({ code: 0, output: 'stop: snapshot shutdown - 1234 1795518000 -\nSaved.\n' });
    const proof = {
      stop: { save: 'snapshot', end: 'shutdown', reason: null },
      savedAt: '2026-11-24T11:00:00.000Z',
      snapshotBytes: 1234,
    };

    expect(await fleet.stopServices(['srv_1'])).toEqual([{ ...isDone(), proof }]);
  });

  it('waits for no other command', async () => {
    const { fleet, world, sent } = aWorld();
    anInstance(world, 'srv_1');

    world.ending = (_, comment) => (comment === 'latchkey stop-services' ? { code: 0 } : { status: 'InProgress' });

    expect(await fleet.restartServices(['srv_1'])).toEqual([isPending()]);
    expect(await fleet.stopServices(['srv_1'])).toEqual([isDone()]);
    expect(sent.map(({ comment }) => comment)).toEqual(['latchkey restart-services', 'latchkey stop-services']);
  });

  it('finds the command that another process sent, and sends no second', async () => {
    const { fleet, world, sent } = aWorld();
    anInstance(world, 'srv_1');

    world.ending = underway;

    expect(await fleet.stopServices(['srv_1'])).toEqual([isPending()]);
    expect(await fleet.stopServices(['srv_1'])).toEqual([isPending()]);

    world.ending = () => ({ code: 0 });
    expect(await fleet.stopServices(['srv_1'])).toEqual([isDone()]);
    expect(sent).toHaveLength(1);
  });

  it('is done where the server is stopped, or its service does not run', async () => {
    const { fleet, world } = aWorld();
    anInstance(world, 'srv_1', { state: 'stopped' });
    anInstance(world, 'srv_2');

    world.ending = () => ({ code: codes.notRunning, output: 'The service does not run.' });

    expect(await fleet.stopServices(['srv_1', 'srv_2'])).toEqual([isDone('srv_1'), isDone('srv_2')]);
  });

  it('reports a failed save in the script’s words, leaves the server running, and saves again later', async () => {
    const { fleet, world, sent } = aWorld();
    const instance = anInstance(world, 'srv_1');

    world.ending = () => ({
      code: codes.saveFailed,
      output: 'Redis said something\nThe service could not save: no space left',
    });

    expect(await fleet.stopServices(['srv_1'])).toEqual(
      failing('save_failed', 'The service could not save: no space left'),
    );
    expect(instance.tags['latchkey:service']).toBe('running');
    expect(await fleet.stopServers(['srv_1'])).toEqual(failing('service_running'));
    expect(sent).toHaveLength(1);

    world.passes(60_000);
    world.ending = () => ({ code: 0 });

    expect(await fleet.stopServices(['srv_1'])).toEqual([isDone()]);
  });

  it('sends another command after a pause, and still reports the failure', async () => {
    const { fleet, world, sent, ssm } = aWorld();
    anInstance(world, 'srv_1');
    const ended = { InstanceId: 'i-srv_1', Status: 'Failed' as const, RequestedDateTime: new Date(world.at) };
    const plugin = {
      ResponseCode: codes.saveFailed,
      Output: 'The snapshot is not whole.',
      ResponseFinishDateTime: new Date(world.at),
    };

    ssm.on(ListCommandInvocationsCommand).resolves({ CommandInvocations: [{ ...ended, CommandPlugins: [plugin] }] });

    expect(await fleet.stopServices(['srv_1'])).toEqual(failing('save_failed'));

    world.passes(25_000);
    expect(await fleet.stopServices(['srv_1'])).toEqual(failing('save_failed', 'not whole'));
    expect(sent).toHaveLength(2);
  });

  it.each([
    ['an agent that never took it', { status: 'TimedOut', details: 'DeliveryTimedOut' }, isPending()],
    ['an unreachable instance', { status: 'Failed', details: 'Undeliverable' }, isPending()],
    ['another script at work', { code: codes.busy }, isPending()],
    ['a server that is being set up', { code: codes.notYet }, isPending()],
    ['a script that took too long', { status: 'TimedOut', details: 'ExecutionTimedOut' }, failing('save_failed')[0]],
    ['a server that was never set up', { code: codes.setUpFailed }, failing('start_failed')[0]],
    [
      'an exit that nobody foresaw',
      { code: 127, output: 'valkey-cli: not found' },
      failing('unavailable', 'not found')[0],
    ],
  ] as const)('with %s', async (_, ending, outcome) => {
    const { fleet, world } = aWorld();
    anInstance(world, 'srv_1');
    world.ending = () => ending;
    expect(await fleet.stopServices(['srv_1'])).toEqual([outcome]);
  });

  it('stops the others while the agent of one does not respond', async () => {
    const { fleet, world, ssm, sent } = aWorld();
    for (const id of ['srv_1', 'srv_2', 'srv_3']) anInstance(world, id);

    ssm.on(SendCommandCommand).callsFake(({ InstanceIds, Comment }) => {
      if (InstanceIds.includes('i-srv_2')) throw awsError('InvalidInstanceId');
      sent.push({ id: `command-${sent.length}`, comment: Comment, instanceIds: InstanceIds, script: '' });
      return { Command: { CommandId: `command-${sent.length - 1}` } };
    });

    expect(await fleet.stopServices(['srv_1', 'srv_2', 'srv_3'])).toEqual([
      isDone('srv_1'),
      isPending('srv_2'),
      isDone('srv_3'),
    ]);
  });

  it('sends one command for all once the agents of a boot are there, and not to each half until then', async () => {
    const { fleet, world, ssm, sent } = aWorld();
    for (const id of ['srv_1', 'srv_2', 'srv_3', 'srv_4'])
      anInstance(world, id, { launchedAt: new Date(world.at - 5000) });
    const listensAt = world.at + 6000;
    let requests = 0;

    ssm.on(SendCommandCommand).callsFake(({ InstanceIds, Comment }) => {
      requests += 1;
      if (world.at < listensAt) throw awsError('InvalidInstanceId');
      sent.push({ id: 'command-0', comment: Comment, instanceIds: InstanceIds, script: '' });
      return { Command: { CommandId: 'command-0' } };
    });

    expect(await fleet.startServices(['srv_1', 'srv_2', 'srv_3', 'srv_4'])).toEqual(
      ['srv_1', 'srv_2', 'srv_3', 'srv_4'].map(isDone),
    );
    expect(sent.map(({ instanceIds }) => instanceIds.length)).toEqual([4]);
    expect(requests).toBe(3);
  });

  it.each(['ThrottlingException', 'InternalServerError'])('reports %s as unavailable', async (code) => {
    const { fleet, world, ssm } = aWorld();
    anInstance(world, 'srv_1');

    ssm.on(SendCommandCommand).rejects(awsError(code));

    expect(await fleet.stopServices(['srv_1'])).toEqual(failing('unavailable', code));
  });

  it('ignores commands from before the instance booted', async () => {
    const { fleet, world, sent } = aWorld();
    const instance = anInstance(world, 'srv_1');
    await fleet.stopServices(['srv_1']);
    instance.launchedAt = new Date(world.at + 60_000);
    instance.tags['latchkey:service'] = 'running';
    world.passes(120_000);

    await fleet.stopServices(['srv_1']);

    expect(sent).toHaveLength(2);
  });
});

describe('starting services', () => {
  it('notes that a service may run before anything is sent', async () => {
    const { fleet, world, ec2, sent } = aWorld();
    anInstance(world, 'srv_1', { tags: { 'latchkey:service': 'stopped' } });

    ec2.on(CreateTagsCommand).rejects(awsError('RequestLimitExceeded'));

    expect(await fleet.startServices(['srv_1'])).toEqual(failing('unavailable'));
    expect(sent).toEqual([]);
  });

  it('is done when the service responds with its data', async () => {
    const { fleet, world } = aWorld();
    const instance = anInstance(world, 'srv_1', { tags: { 'latchkey:service': 'stopped' } });

    expect(await fleet.startServices(['srv_1'])).toEqual([isDone()]);
    expect(instance.tags['latchkey:service']).toBe('running');
  });

  it('waits while it loads, and reports why it ended', async () => {
    const { fleet, world } = aWorld();
    anInstance(world, 'srv_1');

    world.ending = () => ({ code: codes.notYet, output: 'The service loads its data.' });

    expect(await fleet.startServices(['srv_1'])).toEqual([isPending()]);

    world.ending = () => ({ code: codes.startFailed, output: 'The service ended at its start: bad file format' });
    expect(await fleet.startServices(['srv_1'])).toEqual(failing('start_failed', 'bad file format'));
  });

  it('waits for a stop that is underway, and starts after it', async () => {
    const { fleet, world, sent } = aWorld();
    anInstance(world, 'srv_1');
    world.ending = underway;

    await fleet.stopServices(['srv_1']);

    expect(await fleet.startServices(['srv_1'])).toEqual([isPending()]);

    world.ending = () => ({ code: 0 });
    expect(await fleet.startServices(['srv_1'])).toEqual([isDone()]);
    expect(sent.map(({ comment }) => comment)).toEqual(['latchkey stop-services', 'latchkey start-services']);
  });

  it('starts nothing on a server that is stopped or gone', async () => {
    const { fleet, world } = aWorld();
    anInstance(world, 'srv_1', { state: 'stopped' });

    anInstance(world, 'srv_2', { state: 'terminated' });

    expect(await fleet.startServices(['srv_1', 'srv_2', 'srv_3'])).toEqual([
      ...failing('server_stopped'),
      ...failing('not_found'),
      ...failing('not_found'),
    ]);
  });
});
