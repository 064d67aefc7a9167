/** State transitions and payload sizes of executions, as AWS counts them. */
import { describe, expect, it } from '@jest/globals';
import { payloadBytes, transitionsOf } from '../../../bench/scale/histories.ts';

const events = (...types: string[]) =>
  types.map((type, index) => ({ id: index + 1, previousEventId: index, timestamp: index, type }));

describe('state transitions, as they are charged', () => {
  it('are the states that were entered', () => {
    const history = events(
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateExited',
      'SucceedStateEntered',
      'ExecutionSucceeded',
    );

    expect(transitionsOf(history)).toEqual([1, 3]);
  });

  it('are one more for each time that a task is tried again', () => {
    const first = ['TaskStateEntered', 'LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionFailed'];
    const again = ['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionSucceeded', 'TaskStateExited'];
    expect(transitionsOf(events(...first, ...again))).toEqual([0, 4]);
  });
});

it('counts the bytes of the larger payload of an event, in UTF-8', () => {
  const [event] = events('TaskStateEntered');

  expect(
    event && payloadBytes({ ...event, stateEnteredEventDetails: { name: 'A', input: '"é"', output: '"abcdef"' } }),
  ).toBe(8);
  expect(event && payloadBytes(event)).toBe(0);
});
