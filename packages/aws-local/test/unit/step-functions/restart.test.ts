import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  createWorld,
  type Functions,
  functionArn,
  type ResponseFields,
  state,
  type World,
} from '../../../test-support/step-functions.ts';
import { map, processor, types } from './maps.ts';

const forever = () => new Promise(() => undefined);

describe('an execution after a restart', () => {
  let world: World | undefined;
  afterEach(async () => {
    await world?.remove();
    world = undefined;
  });

  /** Starts, lets all run that can, and ends the process; then starts it again. */
  async function restarted(
    definition: unknown,
    { before, after, input = {} }: { before: Functions; after: Functions; input?: unknown },
  ) {
    const first = await createWorld(definition, before);
    const arn = await first.start(input);
    await first.clock.settle();
    await first.close();
    const { calls, dir, clock } = first;
    world = await createWorld(definition, after, { dir, clock });
    return { arn, world, callsBefore: calls };
  }

  it('continues a Wait to its first deadline', async () => {
    const definition = state('Wait', { Wait: { Type: 'Wait', Seconds: 600, End: true } });
    const { arn, world } = await restarted(definition, { before: {}, after: {} });
    expect(await world.finish(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(world.clock.elapsed()).toBe(600_000);
  });

  it('ends a Wait at once whose deadline has passed', async () => {
    const definition = state('Wait', { Wait: { Type: 'Wait', Seconds: 600, End: true } });
    const first = await createWorld(definition);
    const arn = await first.start();
    await first.clock.settle();
    await first.close();
    await first.clock.advance(900_000);
    world = await createWorld(definition, {}, { dir: first.dir, clock: first.clock });
    const at = world.clock.elapsed();
    expect(await world.finish(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(world.clock.elapsed()).toBe(at);
  });

  it('runs an interrupted Task again, and nothing that was done before it', async () => {
    const task = (name: string, more: Record<string, unknown>) => ({
      Type: 'Task',
      Resource: functionArn(name),
      ...more,
    });
    const definition = state('One', {
      One: task('one', { Assign: { kept: '{% $states.result %}' }, Next: 'Two' }),
      Two: task('two', { Output: '{% [$kept, $states.result] %}', End: true }),
    });
    const { arn, world } = await restarted(definition, {
      before: { one: () => 1, two: forever },
      after: { one: () => 9, two: () => 2 },
    });
    expect(await world.finish(arn)).toMatchObject({ status: 'SUCCEEDED', output: [1, 2] });
    expect(world.calls.map((call) => call.name)).toEqual(['two']);
  });

  it.each(['INLINE', 'DISTRIBUTED'] as const)('runs only the unfinished items of a Map that is %s', async (mode) => {
    const before = { work: (n: number) => (n > 2 ? forever() : n * 10) };
    const { arn, world } = await restarted(map(mode), {
      before,
      after: { work: (n: number) => n * 10 },
      input: [1, 2, 3, 4],
    });
    expect(await world.finish(arn)).toMatchObject({ status: 'SUCCEEDED', output: [10, 20, 30, 40] });
    expect(world.calls.map((call) => call.payload)).toEqual([3, 4]);
  });

  it('starts the items that were not begun, with the variables and the items of the first start', async () => {
    const definition = state('First', {
      First: { Type: 'Pass', Assign: { seed: '{% $uuid() %}' }, Next: 'All' },
      All: {
        Type: 'Map',
        Items: '{% [$seed, $uuid()] %}',
        MaxConcurrency: 1,
        ItemProcessor: processor('INLINE'),
        Output: '{% $distinct($append($states.result, $seed)) %}',
        End: true,
      },
    });
    const { arn, world } = await restarted(definition, {
      before: { work: forever },
      after: { work: (item: string) => item },
    });
    expect((await world.finish(arn)).output).toHaveLength(2);
  });

  it('keeps a machine’s time-out', async () => {
    const definition = state('Wait', { Wait: { Type: 'Wait', Seconds: 9000, End: true } }, { TimeoutSeconds: 600 });
    const { arn, world } = await restarted(definition, { before: {}, after: {} });
    expect(await world.finish(arn)).toMatchObject({ status: 'TIMED_OUT' });
    expect(world.clock.elapsed()).toBe(600_000);
  });

  it('continues with the definition that it started with', async () => {
    const definition = (Output: string) => state('Wait', { Wait: { Type: 'Wait', Seconds: 60, Output, End: true } });
    const first = await createWorld(definition('old'));
    const arn = await first.start();
    await first.clock.settle();
    await first.close();
    world = await createWorld(definition('new'), {}, { dir: first.dir, clock: first.clock });
    expect(await world.finish(arn)).toMatchObject({ output: 'old' });
    expect(await world.finish(await world.start())).toMatchObject({ output: 'new' });
  });

  it('fails when its definition can’t be read any more', async () => {
    const definition = state('Wait', { Wait: { Type: 'Wait', Seconds: 60, End: true } });
    const first = await createWorld(definition);
    const arn = await first.start();
    await first.close();
    const [kept = ''] = readdirSync(join(first.dir, 'definitions'));
    writeFileSync(join(first.dir, 'definitions', kept), '{}');
    const other = state('Done', { Done: { Type: 'Succeed' } });
    world = await createWorld(other, {}, { dir: first.dir, clock: first.clock });
    expect(await world.finish(arn)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  it('ignores and cuts off torn last lines', async () => {
    const definition = state('Wait', { Wait: { Type: 'Wait', Seconds: 60, End: true } });
    const first = await createWorld(definition);
    const arn = await first.start();
    await first.clock.settle();
    await first.close();
    appendFileSync(join(first.dir, 'index.jsonl'), '{"execution":{"arn":"arn:aws');
    appendFileSync(join(first.dir, 'executions', '1.jsonl'), '{"path":[],"events":[{"id":99');
    world = await createWorld(definition, {}, { dir: first.dir, clock: first.clock });
    expect(await world.finish(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(types(await world.events(arn))).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateExited',
      'ExecutionSucceeded',
    ]);
    expect(
      readFileSync(join(world.dir, 'index.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toHaveLength(3);
  });

  it('is over where its end was journalled, even if the register does not know', async () => {
    const definition = state('Go', { Go: { Type: 'Pass', Output: 1, End: true } });
    const first = await createWorld(definition);
    const { arn } = await first.finish(await first.start());
    await first.close();
    const index = join(first.dir, 'index.jsonl');
    writeFileSync(index, readFileSync(index, 'utf8').replace(/\{"closed".*\n/, ''));
    world = await createWorld(definition, {}, { dir: first.dir, clock: first.clock });
    expect(await world.finish(arn)).toMatchObject({ status: 'SUCCEEDED', output: 1 });
    const list = await world.call('ListExecutions', {
      stateMachineArn: arn.replace(/:execution:(\w+):.*/, ':stateMachine:$1'),
    });
    expect((list.executions as ResponseFields[]).map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  it('stops the children of a parent that had ended', async () => {
    const first = await createWorld(map('DISTRIBUTED'), { work: forever });
    const arn = await first.start([1]);
    await first.clock.settle();
    await first.call('StopExecution', { executionArn: arn });
    await first.close();
    const index = join(first.dir, 'index.jsonl');
    const lines = readFileSync(index, 'utf8').split('\n');
    const parentClosed = lines.findIndex((line) => line.startsWith(`{"closed":"${arn}"`));
    writeFileSync(index, `${lines.slice(0, parentClosed + 1).join('\n')}\n`);
    const child = join(first.dir, 'executions', '2.jsonl');
    writeFileSync(child, `${readFileSync(child, 'utf8').trimEnd().split('\n').slice(0, -1).join('\n')}\n`);
    world = await createWorld(map('DISTRIBUTED'), { work: forever }, { dir: first.dir, clock: first.clock });
    const { mapRuns } = (await world.call('ListMapRuns', { executionArn: arn })) as { mapRuns: ResponseFields[] };
    expect(await world.call('DescribeMapRun', { mapRunArn: mapRuns[0]?.mapRunArn })).toMatchObject({
      status: 'ABORTED',
      itemCounts: { aborted: 1, running: 0 },
    });
    expect(world.calls).toEqual([]);
  });

  it('journals nothing after close, also for late responses', async () => {
    let response: (value: unknown) => void = () => undefined;
    const work = () => new Promise((resolve) => (response = resolve));
    const definition = state('Work', { Work: { Type: 'Task', Resource: functionArn('work'), End: true } });
    world = await createWorld(definition, { work });
    await world.start();
    await world.clock.settle();
    await world.close();
    const file = join(world.dir, 'executions', '1.jsonl');
    const before = readFileSync(file, 'utf8');
    response('late');
    await world.clock.settle();
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(world.clock.waiting.size).toBe(0);
    expect(existsSync(file)).toBe(true);
  });
});
