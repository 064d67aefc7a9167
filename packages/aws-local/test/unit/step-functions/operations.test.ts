import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createStepFunctions } from '../../../src/step-functions/step-functions.ts';
import { accessKey, callerOf, customerAccount } from '../../../test-support/accounts.ts';
import {
  createWorld,
  epoch,
  functionArn,
  machineArn,
  type ResponseFields,
  state,
  type World,
} from '../../../test-support/step-functions.ts';

const definition = state('Wait', {
  Wait: { Type: 'Wait', Seconds: 60, Next: 'Work' },
  Work: { Type: 'Task', Resource: functionArn('work'), End: true },
});
const arn = (name: string) => `arn:aws:states:us-east-1:210987654321:execution:orders:${name}`;

describe('the operations of Step Functions', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld(definition, { work: () => 'done' });
  });
  afterEach(() => world.remove());
  const start = (input: Record<string, unknown>) =>
    world.call('StartExecution', { stateMachineArn: machineArn, ...input });

  it('StartExecution returns the ARN and the date in seconds', async () => {
    expect(await start({ name: 'one' })).toEqual({ executionArn: arn('one'), startDate: epoch / 1000 });
  });

  it('StartExecution makes up a UUID where there is no name', async () => {
    expect((await start({})).executionArn).toMatch(/:[0-9a-f]{8}-[0-9a-f-]{27}$/);
  });

  it('StartExecution returns the same for the same name and input while it runs, and starts nothing', async () => {
    const first = await start({ name: 'one', input: '{"a":1}' });
    await world.clock.advance(5000);
    expect(await start({ name: 'one', input: '{"a":1}' })).toEqual(first);
    await world.finish(arn('one'));
    expect(world.calls).toHaveLength(1);
  });

  it('StartExecution refuses a name that is taken by another input, or by one that is over', async () => {
    await start({ name: 'one', input: '{"a":1}' });
    const taken = { code: 'ExecutionAlreadyExists', message: `Execution Already Exists: '${arn('one')}'`, status: 400 };
    await expect(start({ name: 'one', input: '{"a":2}' })).rejects.toMatchObject(taken);
    await world.finish(arn('one'));
    await expect(start({ name: 'one', input: '{"a":1}' })).rejects.toMatchObject(taken);
  });

  it.each([
    [{ name: 'a b' }, 'InvalidName', "Invalid Name: 'a b'"],
    [{ name: 'a/b' }, 'InvalidName', "Invalid Name: 'a/b'"],
    [
      { name: 'x'.repeat(81) },
      'ValidationException',
      `1 validation error detected: Value '${'x'.repeat(81)}' at 'name' failed to satisfy constraint: Member must ` +
        'have length less than or equal to 80',
    ],
    [{ name: '' }, 'ValidationException', expect.stringContaining('greater than or equal to 1')],
    [{ input: '{' }, 'InvalidExecutionInput', expect.stringContaining('Invalid State Machine Execution Input')],
    [{ input: `"${'x'.repeat(262_143)}"` }, 'ValidationException', expect.stringContaining('262144')],
    [
      { stateMachineArn: `${machineArn}s` },
      'StateMachineDoesNotExist',
      `State Machine Does Not Exist: '${machineArn}s'`,
    ],
    [{ stateMachineArn: 'orders' }, 'InvalidArn', "Invalid Arn: 'Invalid ARN prefix: orders'"],
    [
      { stateMachineArn: arn('one') },
      'InvalidArn',
      "Invalid Arn: 'Resource type not valid in this context: execution'",
    ],
    [{ stateMachineArn: undefined }, 'ValidationException', expect.stringContaining("Value null at 'stateMachineArn'")],
  ])('StartExecution refuses %j', async (input, code, message) => {
    await expect(start(input)).rejects.toMatchObject({ code, message, status: 400 });
  });

  it('takes a name of 80 characters', async () => {
    expect(await start({ name: 'x'.repeat(80) })).toMatchObject({ executionArn: arn('x'.repeat(80)) });
  });

  it('refuses another account’s machine', async () => {
    const emulator = await createStepFunctions({
      dir: world.dir,
      machines: [],
      invoke: async () => null,
      timers: world.clock.timers,
    });
    const caller = callerOf(accessKey(customerAccount));
    const call = {
      operation: 'StartExecution',
      input: { stateMachineArn: machineArn },
      caller,
      region: 'us-east-1',
      requestId: 'r',
    };
    await expect(emulator.call(call)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await emulator.close();
  });

  it('DescribeExecution returns a running and an ended execution', async () => {
    await start({ name: 'one', input: ' {"a": 1}' });
    const running = await world.call('DescribeExecution', { executionArn: arn('one') });
    expect(running).toMatchObject({
      status: 'RUNNING',
      stateMachineArn: machineArn,
      name: 'one',
      input: ' {"a": 1}',
      startDate: epoch / 1000,
    });
    expect(running).not.toHaveProperty('stopDate');
    await world.finish(arn('one'));
    expect(await world.call('DescribeExecution', { executionArn: arn('one') })).toMatchObject({
      status: 'SUCCEEDED',
      output: '"done"',
      stopDate: epoch / 1000 + 60,
    });
  });

  it.each(['DescribeExecution', 'StopExecution', 'GetExecutionHistory', 'ListMapRuns'])(
    '%s refuses an execution that is not there',
    async (operation) => {
      const missing = { code: 'ExecutionDoesNotExist', message: `Execution Does Not Exist: '${arn('none')}'` };
      await expect(world.call(operation, { executionArn: arn('none') })).rejects.toMatchObject(missing);
    },
  );

  it('StopExecution aborts with the given error and cause, and lets nothing more happen', async () => {
    await start({ name: 'one' });
    await world.clock.settle();
    expect(await world.call('StopExecution', { executionArn: arn('one'), error: 'E', cause: 'C' })).toEqual({
      stopDate: epoch / 1000,
    });
    expect(await world.finish(arn('one'))).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'C' });
    await world.clock.advance(120_000);
    expect(world.calls).toEqual([]);
    expect((await world.events(arn('one'))).at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error: 'E', cause: 'C' },
    });
    expect(await world.call('StopExecution', { executionArn: arn('one') })).toEqual({ stopDate: epoch / 1000 });
  });

  it('ListExecutions returns the newest first, by pages and by status', async () => {
    for (const name of ['one', 'two', 'three']) await start({ name });
    await world.call('StopExecution', { executionArn: arn('two') });
    const list = async (input: Record<string, unknown>) => {
      const { executions, nextToken } = await world.call('ListExecutions', { stateMachineArn: machineArn, ...input });
      return { names: (executions as ResponseFields[]).map(({ name }) => name), nextToken };
    };
    expect(await list({})).toEqual({ names: ['three', 'two', 'one'], nextToken: undefined });
    expect(await list({ statusFilter: 'ABORTED' })).toMatchObject({ names: ['two'] });
    const first = await list({ maxResults: 2 });
    expect(first.names).toEqual(['three', 'two']);
    await start({ name: 'four' });
    expect(await list({ maxResults: 2, nextToken: first.nextToken })).toEqual({ names: ['one'], nextToken: undefined });
    await expect(list({ statusFilter: 'ABORTED', nextToken: first.nextToken })).rejects.toMatchObject({
      code: 'InvalidToken',
    });
    await expect(list({ nextToken: 'x' })).rejects.toMatchObject({ code: 'InvalidToken' });
    await expect(list({ statusFilter: 'DONE' })).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(list({ maxResults: 1001 })).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(world.call('ListExecutions')).rejects.toMatchObject({ code: 'ValidationException' });
  });

  it('GetExecutionHistory returns pages in both directions', async () => {
    await start({ name: 'one' });
    await world.finish(arn('one'));
    const page = async (input: Record<string, unknown>) => {
      const { events, nextToken } = await world.call('GetExecutionHistory', { executionArn: arn('one'), ...input });
      return { ids: (events as ResponseFields[]).map(({ id }) => id), nextToken };
    };
    const first = await page({ maxResults: 6 });
    expect(first.ids).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await page({ maxResults: 6, nextToken: first.nextToken })).toEqual({ ids: [7, 8, 9], nextToken: undefined });
    expect((await page({ reverseOrder: true, maxResults: 2 })).ids).toEqual([9, 8]);
    const { events } = await world.call('GetExecutionHistory', {
      executionArn: arn('one'),
      includeExecutionData: false,
    });
    expect((events as ResponseFields[])[1]).toMatchObject({ stateEnteredEventDetails: { name: 'Wait' } });
    expect(JSON.stringify(events)).not.toContain('"input"');
  });

  it('ListStateMachines and DescribeStateMachine return the machine', async () => {
    expect(await world.call('ListStateMachines')).toEqual({
      stateMachines: [{ stateMachineArn: machineArn, name: 'orders', type: 'STANDARD', creationDate: epoch / 1000 }],
    });
    const described = await world.call('DescribeStateMachine', { stateMachineArn: machineArn });
    expect(described).toMatchObject({ name: 'orders', status: 'ACTIVE', type: 'STANDARD' });
    expect(JSON.parse(String(described.definition))).toEqual(definition);
  });

  it.each(['CreateStateMachine', 'RedriveExecution', 'toString'])('does not know %s', async (operation) => {
    await expect(world.call(operation)).rejects.toMatchObject({ code: 'UnknownOperationException' });
  });
});
