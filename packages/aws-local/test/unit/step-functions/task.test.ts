import { describe, expect, it } from '@jest/globals';
import { functionArn, lambdaError, run, state } from '../../../test-support/step-functions.ts';

const task = (more: Record<string, unknown> = {}) => ({
  Type: 'Task',
  Resource: functionArn('work'),
  End: true,
  ...more,
});

describe('Task', () => {
  it('calls the function with Arguments, and makes its Output of the result', async () => {
    const machine = state('Work', {
      Work: task({ Arguments: { n: '{% $states.input.n %}' }, Output: '{% $states.result.n + $states.input.n %}' }),
    });
    const result = await run(machine, { n: 2, other: true }, { work: ({ n }: { n: number }) => ({ n: n * 10 }) });
    expect(result.output).toBe(22);
    expect(result.calls).toEqual([{ name: 'work', payload: { n: 2 } }]);
  });

  it('calls the function with its input where it has no Arguments', async () => {
    expect((await run(state('Work', { Work: task() }), { n: 2 }, { work: (input) => [input] })).output).toEqual([
      { n: 2 },
    ]);
  });

  it('writes the history as AWS does', async () => {
    const { events } = await run(state('Work', { Work: task({ TimeoutSeconds: 9 }) }), 5, {
      work: (n: number) => n + 1,
    });
    expect(events).toEqual([
      expect.objectContaining({
        id: 1,
        previousEventId: 0,
        type: 'ExecutionStarted',
        timestamp: Date.UTC(2026, 0, 1) / 1000,
      }),
      expect.objectContaining({
        id: 2,
        previousEventId: 0,
        type: 'TaskStateEntered',
        stateEnteredEventDetails: { name: 'Work', input: '5', inputDetails: { truncated: false } },
      }),
      expect.objectContaining({
        id: 3,
        previousEventId: 2,
        type: 'LambdaFunctionScheduled',
        lambdaFunctionScheduledEventDetails: {
          resource: functionArn('work'),
          input: '5',
          inputDetails: { truncated: false },
          timeoutInSeconds: 9,
        },
      }),
      expect.objectContaining({ id: 4, previousEventId: 3, type: 'LambdaFunctionStarted' }),
      expect.objectContaining({
        id: 5,
        type: 'LambdaFunctionSucceeded',
        lambdaFunctionSucceededEventDetails: { output: '6', outputDetails: { truncated: false } },
      }),
      expect.objectContaining({
        id: 6,
        type: 'TaskStateExited',
        stateExitedEventDetails: { name: 'Work', output: '6', outputDetails: { truncated: false } },
      }),
      expect.objectContaining({
        id: 7,
        previousEventId: 6,
        type: 'ExecutionSucceeded',
        executionSucceededEventDetails: { output: '6', outputDetails: { truncated: false } },
      }),
    ]);
  });

  it('fails with the error and cause that Lambda gives', async () => {
    const work = () => {
      throw lambdaError('Problem', 'no such database');
    };
    const result = await run(state('Work', { Work: task() }), {}, { work });
    expect(result).toMatchObject({ status: 'FAILED', error: 'Problem' });
    expect(JSON.parse(String(result.cause))).toMatchObject({ errorType: 'Problem', errorMessage: 'no such database' });
    expect(result.events.slice(-2).map((event) => event.type)).toEqual(['LambdaFunctionFailed', 'ExecutionFailed']);
  });

  it('fails with States.Timeout when the function takes too long, whatever the speed', async () => {
    const result = await run(
      state('Work', { Work: task({ TimeoutSeconds: 30 }) }),
      {},
      { work: () => new Promise(() => undefined), speed: 60 },
    );
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout', elapsed: 30_000 });
    expect(result.events.at(-2)).toMatchObject({ type: 'LambdaFunctionTimedOut' });
  });

  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Undo' }];
  const caught = (more: Record<string, unknown> = {}) =>
    state('Work', { Work: task({ Catch, ...more }), Undo: { Type: 'Succeed' } });

  it('fails with States.DataLimitExceeded, which States.ALL catches, on a response over 256 KiB', async () => {
    const work = () => 'x'.repeat(262_143);
    expect(await run(state('Work', { Work: task() }), {}, { work })).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
    expect(await run(caught(), {}, { work })).toMatchObject({
      status: 'SUCCEEDED',
      output: { Error: 'States.DataLimitExceeded' },
    });
    expect(await run(caught(), {}, { work: () => 'x'.repeat(262_142) })).toMatchObject({ output: 'x'.repeat(262_142) });
  });

  it('fails with States.DataLimitExceeded, which States.ALL does not catch, on an Output over 256 KiB', async () => {
    const machine = caught({ Output: '{% $states.result & $states.result %}' });
    expect(await run(machine, {}, { work: () => 'x'.repeat(140_000) })).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
  });

  it('shows a Catch an empty cause of a time-out', async () => {
    const result = await run(caught({ TimeoutSeconds: 1 }), {}, { work: () => new Promise(() => undefined) });
    expect(result.output).toEqual({ Error: 'States.Timeout', Cause: '' });
  });

  it('takes a function that returns nothing as null', async () => {
    expect(await run(state('Work', { Work: task() }), {}, { work: () => undefined })).toMatchObject({
      status: 'SUCCEEDED',
      output: null,
    });
  });
});
