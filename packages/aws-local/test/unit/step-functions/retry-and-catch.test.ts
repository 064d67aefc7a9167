import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StateFailure } from '../../../src/step-functions/failure.ts';
import { retryOf } from '../../../src/step-functions/retry.ts';
import { createWorld, functionArn, lambdaError, run, state, type World } from '../../../test-support/step-functions.ts';

const machine = (more: Record<string, unknown>) =>
  state('Work', {
    Work: { Type: 'Task', Resource: functionArn('work'), Next: 'Done', ...more },
    Done: { Type: 'Pass', Output: '{% $states.input %}', End: true },
    ...(more.Catch
      ? {
          Undo: {
            Type: 'Pass',
            Output: '{% {"undo": $states.input, "why": $exists($why) ? $why : null} %}',
            End: true,
          },
        }
      : {}),
  });

/** Fails so many times, then answers. */
const failing = (times: number, name = 'Transient') => {
  let calls = 0;
  return () => {
    if (calls++ < times) throw lambdaError(name, `failure ${calls}`);
    return calls;
  };
};

describe('Retry', () => {
  it('waits IntervalSeconds, then BackoffRate times as long each time', async () => {
    const Retry = [{ ErrorEquals: ['Transient'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 3 }];
    expect(await run(machine({ Retry }), {}, { work: failing(3) })).toMatchObject({
      output: 4,
      elapsed: (2 + 6 + 18) * 1000,
    });
  });

  it('starts at 1 second, doubles, and makes 3 attempts where the retrier does not say', async () => {
    const Retry = [{ ErrorEquals: ['States.ALL'] }];
    expect(await run(machine({ Retry }), {}, { work: failing(3) })).toMatchObject({ output: 4, elapsed: 7000 });
    expect(await run(machine({ Retry }), {}, { work: failing(4) })).toMatchObject({
      status: 'FAILED',
      error: 'Transient',
      elapsed: 7000,
    });
  });

  it('never waits longer than MaxDelaySeconds, and divides by the speed', async () => {
    const Retry = [
      { ErrorEquals: ['Transient'], IntervalSeconds: 10, BackoffRate: 10, MaxDelaySeconds: 20, MaxAttempts: 3 },
    ];
    expect(await run(machine({ Retry }), {}, { work: failing(3), speed: 10 })).toMatchObject({
      elapsed: (10 + 20 + 20) * 100,
    });
  });

  it('draws the delay from 0 to the backoff with FULL jitter', async () => {
    const Retry = [{ ErrorEquals: ['Transient'], IntervalSeconds: 8, JitterStrategy: 'FULL' }];
    expect(await run(machine({ Retry }), {}, { work: failing(1), chance: () => 0.25 })).toMatchObject({
      elapsed: 2000,
    });
  });

  it('keeps every delay within its bounds', () => {
    const failure = new StateFailure('Transient', undefined);
    const arbitrary = fc.record({
      interval: fc.integer({ min: 1, max: 100 }),
      backoffRate: fc.double({ min: 1, max: 10, noNaN: true }),
      maxDelay: fc.integer({ min: 101, max: 1000 }),
      fullJitter: fc.boolean(),
      made: fc.integer({ min: 0, max: 9 }),
      chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(arbitrary, ({ made, chance, ...backoff }) => {
        const retrier = { ...backoff, errorEquals: ['Transient'], maxAttempts: 10 };
        const seconds = retryOf([retrier], { failure, attempts: [made], chance })?.seconds ?? Number.NaN;
        const top = Math.min(backoff.interval * backoff.backoffRate ** made, backoff.maxDelay);
        expect(seconds).toBeGreaterThanOrEqual(backoff.fullJitter ? 0 : top);
        expect(seconds).toBeLessThanOrEqual(top);
      }),
    );
  });

  it('counts the attempts of each retrier by itself', async () => {
    const errors = ['One', 'Two', 'One', 'Two'];
    const work = (retries: number) => {
      const name = errors[retries];
      if (name) throw lambdaError(name, '');
      return retries;
    };
    const Retry = [
      { ErrorEquals: ['One'], MaxAttempts: 2, BackoffRate: 1 },
      { ErrorEquals: ['Two'], MaxAttempts: 2, BackoffRate: 1 },
    ];
    let calls = 0;
    expect(await run(machine({ Retry }), {}, { work: () => work(calls++) })).toMatchObject({ output: 4 });
  });

  it('makes no attempt with MaxAttempts 0, and uses no later retrier', async () => {
    const Retry = [{ ErrorEquals: ['Transient'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }];
    expect(await run(machine({ Retry }), {}, { work: failing(1) })).toMatchObject({ status: 'FAILED', elapsed: 0 });
  });

  it('retries a failed expression of the state by its name', async () => {
    const Retry = [{ ErrorEquals: ['States.QueryEvaluationError'] }];
    const result = await run(machine({ Retry, Output: '{% $states.result > 1 ? 1 : $x %}' }), {}, { work: failing(0) });
    expect(result).toMatchObject({ output: 1, elapsed: 1000 });
    expect(result.events.filter((event) => event.type === 'LambdaFunctionSucceeded')).toHaveLength(2);
  });

  it('takes States.TaskFailed for every error but a time-out', async () => {
    const Retry = [{ ErrorEquals: ['States.TaskFailed'] }];
    expect(await run(machine({ Retry }), {}, { work: failing(1) })).toMatchObject({ status: 'SUCCEEDED' });
    const work = () => new Promise(() => undefined);
    expect(await run(machine({ Retry, TimeoutSeconds: 1 }), {}, { work })).toMatchObject({
      error: 'States.Timeout',
      elapsed: 1000,
    });
  });
});

describe('Catch', () => {
  it('continues with the error as input, after the retries', async () => {
    const more = {
      Retry: [{ ErrorEquals: ['Transient'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Undo' }],
    };
    const result = await run(machine(more), {}, { work: failing(2) });
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      output: { undo: { Error: 'Transient' }, why: null },
      elapsed: 1000,
    });
    const types = result.events.map((event) => event.type).slice(-4);
    expect(types).toEqual(['TaskStateExited', 'PassStateEntered', 'PassStateExited', 'ExecutionSucceeded']);
  });

  it('evaluates its own Output and Assign with the error, and not the state’s', async () => {
    const Catch = [
      { ErrorEquals: ['Other'], Next: 'Done' },
      {
        ErrorEquals: ['Problem'],
        Next: 'Undo',
        Output: '{% $states.input.id %}',
        Assign: { why: '{% $parse($states.errorOutput.Cause).errorMessage %}' },
      },
    ];
    const result = await run(machine({ Catch, Output: 'unused' }), { id: 7 }, { work: failing(1, 'Problem') });
    expect(result).toMatchObject({ output: { undo: 7, why: 'failure 1' } });
  });

  it('lets through what it does not name', async () => {
    const Catch = [{ ErrorEquals: ['Other'], Next: 'Undo' }];
    expect(await run(machine({ Catch }), {}, { work: failing(1) })).toMatchObject({
      status: 'FAILED',
      error: 'Transient',
    });
  });

  it('catches a failed expression, also with States.ALL', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Undo' }];
    const result = await run(machine({ Catch, Arguments: '{% $states.input.absent %}' }));
    expect(result).toMatchObject({ output: { undo: { Error: 'States.QueryEvaluationError' } } });
    expect(result.calls).toEqual([]);
  });

  it('fails the execution when its own expression fails', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Undo', Output: '{% $states.input.absent %}' }];
    const result = await run(machine({ Catch }), {}, { work: failing(1) });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(result.cause).toContain("'Catch[0]/Output'");
  });
});

describe('a restart between retries', () => {
  let world: World | undefined;
  afterEach(() => world?.remove());

  it('keeps the count and the deadline of the next attempt', async () => {
    const work = failing(2);
    const definition = machine({ Retry: [{ ErrorEquals: ['Transient'], IntervalSeconds: 10, MaxAttempts: 1 }] });
    world = await createWorld(definition, { work });
    const arn = await world.start();
    await world.clock.advance(4000);
    await world.close();
    world = await createWorld(definition, { work }, { dir: world.dir, clock: world.clock });
    expect(await world.finish(arn)).toMatchObject({ status: 'FAILED', error: 'Transient' });
    expect(world.clock.elapsed()).toBe(10_000);
  });
});
