import { afterEach, describe, expect, it } from '@jest/globals';
import {
  createWorld,
  machineArn,
  type ResponseFields,
  run,
  state,
  type World,
} from '../../../test-support/step-functions.ts';
import { double, map, oddFails, processor, types } from './maps.ts';

describe('a distributed Map', () => {
  let world: World | undefined;
  afterEach(async () => {
    await world?.remove();
    world = undefined;
  });

  it('gives each item a child execution, listed by its run only', async () => {
    world = await createWorld(map('DISTRIBUTED', { Label: 'batches' }), { work: double });
    const { arn } = await world.finish(await world.start([1, 2]));
    const { mapRuns } = (await world.call('ListMapRuns', { executionArn: arn })) as { mapRuns: ResponseFields[] };
    const mapRunArn = String(mapRuns[0]?.mapRunArn);
    expect(mapRunArn).toMatch(/^arn:aws:states:us-east-1:210987654321:mapRun:orders\/batches:[0-9a-f-]{36}$/);
    expect(await world.call('DescribeMapRun', { mapRunArn })).toMatchObject({
      status: 'SUCCEEDED',
      executionArn: arn,
      maxConcurrency: 100,
      itemCounts: { total: 2, succeeded: 2, pending: 0, running: 0 },
    });
    const { executions } = (await world.call('ListExecutions', { mapRunArn })) as { executions: ResponseFields[] };
    expect(executions).toHaveLength(2);
    expect(executions[0]).toMatchObject({ stateMachineArn: `${machineArn}/batches`, status: 'SUCCEEDED', mapRunArn });
    const own = (await world.call('ListExecutions', { stateMachineArn: machineArn })) as {
      executions: ResponseFields[];
    };
    expect(own.executions.map((execution) => execution.executionArn)).toEqual([arn]);
    const child = await world.events(String(executions[1]?.executionArn));
    expect(types(child)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(types(await world.events(arn)).slice(1)).toEqual([
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('fails when one item fails and nothing is tolerated, and stops the others', async () => {
    world = await createWorld(map('DISTRIBUTED'), {
      work: (n: number) => (n === 1 ? oddFails(n) : new Promise(() => undefined)),
    });
    const result = await world.finish(await world.start([2, 1]));
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    expect(types(await world.events(result.arn)).slice(-3)).toEqual([
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
    const { mapRuns } = (await world.call('ListMapRuns', { executionArn: result.arn })) as {
      mapRuns: ResponseFields[];
    };
    expect(await world.call('DescribeMapRun', { mapRunArn: mapRuns[0]?.mapRunArn })).toMatchObject({
      status: 'FAILED',
      itemCounts: { failed: 1, aborted: 1, running: 0 },
    });
  });

  it('tolerates as many failures as the count or the percentage says', async () => {
    const failed = { Error: 'Odd', Cause: expect.any(String) };
    const count = await run(map('DISTRIBUTED', { ToleratedFailureCount: 2 }), [1, 2, 3, 4], { work: oddFails });
    expect(count).toMatchObject({ status: 'SUCCEEDED', output: [failed, 4, failed, 8] });
    const percentage = await run(map('DISTRIBUTED', { ToleratedFailurePercentage: 50 }), [1, 2, 3, 4], {
      work: oddFails,
    });
    expect(percentage).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('fails over either threshold', async () => {
    const over = { status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' };
    expect(await run(map('DISTRIBUTED', { ToleratedFailureCount: 1 }), [1, 2, 3], { work: oddFails })).toMatchObject(
      over,
    );
    expect(await run(map('DISTRIBUTED', { ToleratedFailurePercentage: 49 }), [1, 2], { work: oddFails })).toMatchObject(
      over,
    );
    const both = { ToleratedFailurePercentage: 100, ToleratedFailureCount: 1 };
    expect(await run(map('DISTRIBUTED', both), [1, 2, 3], { work: oddFails })).toMatchObject(over);
  });

  it('does not show its children the parent’s variables', async () => {
    const States = { Each: { Type: 'Pass', Output: '{% $exists($outer) %}', End: true } };
    const { All } = map('DISTRIBUTED', { ItemProcessor: processor('DISTRIBUTED', States) }).States;
    const definition = state('First', { First: { Type: 'Pass', Assign: { outer: 1 }, Next: 'All' }, All });
    expect(await run(definition, [1])).toMatchObject({ output: [false] });
  });

  it('stops with its parent', async () => {
    world = await createWorld(map('DISTRIBUTED'), { work: () => new Promise(() => undefined) });
    const executionArn = await world.start([1, 2]);
    await world.clock.settle();
    await world.call('StopExecution', { executionArn });
    const { mapRuns } = (await world.call('ListMapRuns', { executionArn })) as { mapRuns: ResponseFields[] };
    expect(await world.call('DescribeMapRun', { mapRunArn: mapRuns[0]?.mapRunArn })).toMatchObject({
      status: 'ABORTED',
      itemCounts: { aborted: 2, running: 0 },
    });
  });

  it('runs a thousand children whose own histories do not fill the parent’s', async () => {
    const items = Array.from({ length: 1000 }, (_, index) => index);
    const result = await run(map('DISTRIBUTED'), items, { work: double });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: items.map(double) });
    expect(result.events).toHaveLength(8);
  });
});
