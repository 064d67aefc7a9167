import { describe, expect, it } from '@jest/globals';
import { lambdaError, run, state } from '../../../test-support/step-functions.ts';
import { double, map, oddFails, processor, types } from './maps.ts';

describe.each(['INLINE', 'DISTRIBUTED'] as const)('a Map that is %s', (mode) => {
  it('returns one result per item, in their order', async () => {
    expect(await run(map(mode), [1, 2, 3], { work: double })).toMatchObject({ status: 'SUCCEEDED', output: [2, 4, 6] });
  });

  it('returns an empty list for no items', async () => {
    expect(await run(map(mode), [], { work: double })).toMatchObject({ status: 'SUCCEEDED', output: [] });
  });

  it('makes each input by ItemSelector, which sees the item, its index, the state input and variables', async () => {
    const ItemSelector = {
      n: '{% $states.context.Map.Item.Value %}',
      i: '{% $states.context.Map.Item.Index %}',
      of: '{% $count($states.input) %}',
      by: '{% $by %}',
    };
    const { All } = map(mode, { ItemSelector }).States;
    const definition = state('First', { First: { Type: 'Pass', Assign: { by: 3 }, Next: 'All' }, All });
    expect(await run(definition, ['a', 'b'], { work: (input) => input })).toMatchObject({
      output: [
        { n: 'a', i: 0, of: 2, by: 3 },
        { n: 'b', i: 1, of: 2, by: 3 },
      ],
    });
  });

  it('runs no more at a time than MaxConcurrency', async () => {
    let running = 0;
    let most = 0;
    const work = async (n: number) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return n;
    };
    expect(await run(map(mode, { MaxConcurrency: 2 }), [1, 2, 3, 4, 5], { work })).toMatchObject({
      output: [1, 2, 3, 4, 5],
    });
    expect(most).toBe(2);
  });

  it('fails on Items that are no list', async () => {
    expect(await run(map(mode), { a: 1 }, { work: double })).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
    });
  });

  it('runs every item again when the Map is retried', async () => {
    let calls = 0;
    const work = (n: number) => {
      if (++calls === 2) throw lambdaError('Transient', '');
      return n;
    };
    const result = await run(map(mode, { MaxConcurrency: 1, Retry: [{ ErrorEquals: ['States.ALL'] }] }), [1, 2], {
      work,
    });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: [1, 2], elapsed: 1000 });
    expect(calls).toBe(4);
  });

  it('fails on a result over 256 KiB', async () => {
    const result = await run(map(mode), [1, 2], { work: () => 'x'.repeat(140_000) });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('an inline Map', () => {
  it('writes its iterations into the history', async () => {
    const { events } = await run(map('INLINE'), [1], { work: double });
    expect(types(events)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapIterationStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'MapIterationSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events[2]).toMatchObject({ mapStateStartedEventDetails: { length: 1 } });
    expect(events[3]).toMatchObject({ mapIterationStartedEventDetails: { name: 'All', index: 0 } });
  });

  it('fails with the first failure, and aborts the iterations that still run', async () => {
    const work = (n: number) => (n === 1 ? new Promise(() => undefined) : oddFails(3));
    const { events, ...result } = await run(map('INLINE'), [1, 2], { work });
    expect(result).toMatchObject({ status: 'FAILED', error: 'Odd' });
    expect(types(events).slice(-5)).toEqual([
      'LambdaFunctionFailed',
      'MapIterationFailed',
      'MapIterationAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('hands its failure to Catch', async () => {
    const Catch = [{ ErrorEquals: ['Odd'], Next: 'Undo' }];
    const Undo = { Type: 'Pass', Output: '{% $states.input.Error %}', End: true };
    expect(await run(map('INLINE', { Catch }, { Undo }), [1], { work: oddFails })).toMatchObject({ output: 'Odd' });
  });

  it('lets its body read outer variables and its own, never another iteration’s', async () => {
    const States = {
      Each: { Type: 'Pass', Assign: { mine: '{% $states.input * 10 %}' }, Next: 'Wait' },
      Wait: { Type: 'Wait', Seconds: 1, Next: 'Tell' },
      Tell: { Type: 'Pass', Output: '{% [$outer, $mine, $states.context.Map.Item.Index] %}', End: true },
    };
    const { All } = map('INLINE', { ItemProcessor: processor('INLINE', States), Next: 'After', End: undefined }).States;
    const After = { Type: 'Pass', Output: '{% {"results": $states.input, "leaked": $exists($mine)} %}', End: true };
    const definition = state('First', {
      First: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'All' },
      All: JSON.parse(JSON.stringify(All)),
      After,
    });
    expect(await run(definition, [1, 2])).toMatchObject({
      output: {
        results: [
          ['o', 10, 0],
          ['o', 20, 1],
        ],
        leaked: false,
      },
    });
  });

  it('nests', async () => {
    const inner = {
      Type: 'Map',
      ItemProcessor: { StartAt: 'Each', States: { Each: { Type: 'Pass', End: true } } },
      End: true,
    };
    const definition = map('INLINE', { ItemProcessor: { StartAt: 'Inner', States: { Inner: inner } } });
    expect(await run(definition, [[1, 2], [3]])).toMatchObject({ output: [[1, 2], [3]] });
  });
});
