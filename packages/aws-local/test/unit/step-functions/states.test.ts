import { describe, expect, it } from '@jest/globals';
import { machineArn, run, state } from '../../../test-support/step-functions.ts';

describe('Pass', () => {
  it('hands on its input where it has no Output', async () => {
    expect(await run(state('Go', { Go: { Type: 'Pass', End: true } }), { a: [1] })).toMatchObject({
      status: 'SUCCEEDED',
      output: { a: [1] },
    });
  });

  it('evaluates expressions at any depth of Output, and leaves the rest as it is', async () => {
    const Output = { sum: '{% $states.input.a + 1 %}', list: ['{% $states.input.a %}', 'plain'], flag: true };
    expect(await run(state('Go', { Go: { Type: 'Pass', Output, End: true } }), { a: 1 })).toMatchObject({
      output: { sum: 2, list: [1, 'plain'], flag: true },
    });
  });

  it('fails with the field and the state in the cause when an expression gives nothing', async () => {
    const result = await run(
      state('Go', { Go: { Type: 'Pass', Output: { v: ['{% $states.input.absent %}'] }, End: true } }),
    );
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause:
        "An error occurred while executing the state 'Go' (entered at the event id #2). The JSONata expression " +
        "'$states.input.absent' specified for the field 'Output/v[0]' returned nothing (undefined).",
    });
    expect(result.events.map((event) => event.type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'EvaluationFailed',
      'ExecutionFailed',
    ]);
    const details = result.events[2]?.evaluationFailedEventDetails;
    expect(details).toMatchObject({ state: 'Go', location: 'Output/v[0]', cause: result.cause });
  });
});

describe('Assign', () => {
  const Second = { Type: 'Pass', Output: '{% $x %}', End: true };

  it('shows its values in the next state, and the values before in the same state', async () => {
    const States = {
      First: { Type: 'Pass', Assign: { x: 1 }, Next: 'Again' },
      Again: {
        Type: 'Pass',
        Assign: { x: '{% $x + 1 %}', before: '{% $x %}' },
        Output: { now: '{% $x %}' },
        Next: 'Second',
      },
      Second: { ...Second, Output: '{% [$x, $before, $states.input.now] %}' },
    };
    expect(await run(state('First', States))).toMatchObject({ output: [2, 1, 1] });
  });

  it('keeps more than 256 KiB from being assigned', async () => {
    const States = {
      First: { Type: 'Pass', Assign: { x: "{% $join($range(1, 60000, 1).('12345')) %}" }, Next: 'Second' },
      Second,
    };
    expect(await run(state('First', States))).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('Choice', () => {
  const machine = (more: Record<string, unknown> = {}) =>
    state('Which?', {
      'Which?': {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input.n > 10 %}', Next: 'Big', Assign: { size: 'big' }, Output: 'chosen' },
          { Condition: '{% $states.input.n > 5 %}', Next: 'Small' },
        ],
        ...more,
      },
      Big: { Type: 'Pass', Output: '{% [$size, $states.input] %}', End: true },
      Small: { Type: 'Pass', Output: '{% [$states.input] %}', End: true },
    });

  it('takes the first rule that is true, with its Assign and Output', async () => {
    expect(await run(machine(), { n: 11 })).toMatchObject({ output: ['big', 'chosen'] });
  });

  it('takes a rule whose condition is a literal', async () => {
    const Choices = [
      { Condition: false, Next: 'Small' },
      { Condition: true, Next: 'Big', Assign: { size: 'any' } },
    ];
    expect(await run(machine({ Choices }), 1)).toMatchObject({ output: ['any', 1] });
  });

  it('takes the Default, with the state’s own Output', async () => {
    expect(await run(machine({ Default: 'Small', Output: 'default' }), { n: 1 })).toMatchObject({
      output: ['default'],
    });
  });

  it('fails with States.Runtime where no rule is true and there is no Default', async () => {
    expect(await run(machine(), { n: 1 })).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  it('fails on a condition that is not a boolean', async () => {
    const result = await run(
      state('Which?', {
        'Which?': { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'End' }] },
        End: { Type: 'Succeed' },
      }),
    );
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(result.cause).toContain("Expected 'boolean', but was 'number' for value: 1");
  });
});

describe('Wait', () => {
  const wait = (how: Record<string, unknown>) =>
    state('Wait', { Wait: { Type: 'Wait', ...how, Next: 'Done' }, Done: { Type: 'Succeed', Output: 'done' } });

  it('waits so many seconds, literal or evaluated', async () => {
    expect(await run(wait({ Seconds: 90 }))).toMatchObject({ output: 'done', elapsed: 90_000 });
    expect(await run(wait({ Seconds: '{% $states.input.s * 2 %}' }), { s: 5 })).toMatchObject({
      output: 'done',
      elapsed: 10_000,
    });
  });

  it('waits until a timestamp, and not at all for one that is past', async () => {
    expect(await run(wait({ Timestamp: '{% $states.input %}' }), '2026-01-01T00:10:00.500Z')).toMatchObject({
      elapsed: 600_500,
    });
    expect(await run(wait({ Timestamp: '2025-12-31T00:00:00Z' }))).toMatchObject({ output: 'done', elapsed: 0 });
  });

  it('divides the time by the speed', async () => {
    expect(await run(wait({ Timestamp: '2026-01-01T00:10:00Z' }), {}, { speed: 60 })).toMatchObject({
      elapsed: 10_000,
    });
  });

  it('waits longer than a timer of the platform can', async () => {
    expect(await run(wait({ Seconds: 60 * 86_400 }))).toMatchObject({ output: 'done', elapsed: 60 * 86_400_000 });
  });

  it('refuses a timestamp that is none', async () => {
    expect(await run(wait({ Timestamp: '{% $states.input %}' }), 'tomorrow')).toMatchObject({
      error: 'States.QueryEvaluationError',
    });
  });
});

describe('Fail and Succeed', () => {
  it('ends with an error and cause, literal or evaluated', async () => {
    const fail = { Type: 'Fail', Error: 'Lost', Cause: '{% "because " & $states.input.why %}' };
    const result = await run(state('Stop', { Stop: fail }), { why: 'so' });
    expect(result).toMatchObject({ status: 'FAILED', error: 'Lost', cause: 'because so' });
    expect(result.events.map((event) => event.type)).toEqual([
      'ExecutionStarted',
      'FailStateEntered',
      'ExecutionFailed',
    ]);
  });

  it('reports neither error nor cause where there are none', async () => {
    const result = await run(state('Stop', { Stop: { Type: 'Fail' } }));
    expect(result).toMatchObject({ status: 'FAILED', error: undefined, cause: undefined });
  });

  it('succeeds with an Output of its own', async () => {
    expect(
      await run(state('Yes', { Yes: { Type: 'Succeed', Output: '{% $count($states.input) %}' } }), [1, 2]),
    ).toMatchObject({
      output: 2,
    });
  });
});

describe('the machine’s TimeoutSeconds', () => {
  it('ends the execution, divided by the speed', async () => {
    const machine = state('Wait', { Wait: { Type: 'Wait', Seconds: 9000, End: true } }, { TimeoutSeconds: 600 });
    const result = await run(machine, {}, { speed: 60 });
    expect(result).toMatchObject({ status: 'TIMED_OUT', elapsed: 10_000 });
    expect(result.events.at(-1)).toMatchObject({ type: 'ExecutionTimedOut' });
  });

  it('is a year where there is none', async () => {
    const machine = state('Wait', { Wait: { Type: 'Wait', Seconds: 40_000_000, End: true } });
    expect(await run(machine)).toMatchObject({ status: 'TIMED_OUT', elapsed: 31_536_000_000 });
  });
});

describe('the history', () => {
  it('ends the execution when it is full, and never holds more than 25,000 events', async () => {
    const States = {
      Round: { Type: 'Pass', Next: 'Again?' },
      'Again?': { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'Out' }], Default: 'Round' },
      Out: { Type: 'Succeed' },
    };
    const result = await run(state('Round', States));
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(result.cause).toContain('25000');
  });
});

describe('$states.context', () => {
  it('has the execution, the state and the machine', async () => {
    const result = await run(state('Go', { Go: { Type: 'Pass', Output: '{% $states.context %}', End: true } }), {
      a: 1,
    });
    expect(result.output).toEqual({
      Execution: {
        Id: result.arn,
        Name: result.arn.split(':').at(-1),
        StartTime: '2026-01-01T00:00:00.000Z',
        Input: { a: 1 },
        RoleArn: 'arn:aws:iam::210987654321:role/state-machines',
        RedriveCount: 0,
      },
      StateMachine: { Id: machineArn, Name: 'orders' },
      State: { Name: 'Go', EnteredTime: '2026-01-01T00:00:00.000Z' },
    });
  });
});
