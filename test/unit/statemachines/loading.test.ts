/** Every definition is valid for Step Functions, and its final state reports a failure with a reason. */
import { describe, expect, it } from '@jest/globals';
import { readDefinition } from 'aws-local/step-functions';
import { functionArn, run, state } from 'aws-local/test-support/step-functions';
import { machineNames, readMachine } from '#statemachines/definitions.ts';

const machineOf = (name: string) => readMachine(name, () => functionArn('work'));

describe('the state machines', () => {
  it.each(machineNames)('%s is taken as it is', (name) => {
    expect(() => readDefinition(machineOf(name))).not.toThrow();
  });

  const evaluated = machineNames.flatMap((name) =>
    Object.values(machineOf(name).States).flatMap(({ Type, Cause = '' }) =>
      Type === 'Fail' && Cause.includes('$error') ? [Cause] : [],
    ),
  );

  it('have three causes that are made of an error', () => {
    expect(evaluated).toHaveLength(3);
  });

  it.each(evaluated)('give a reason where there is none: %s', async (Cause) => {
    const States = {
      Work: { Type: 'Pass', Assign: { error: '{% $states.input %}' }, Next: 'Failed' },
      Failed: { Type: 'Fail', Error: 'Problem', Cause },
    };

    for (const [error, cause] of [
      [{ Error: 'States.Timeout', Cause: '' }, 'It gave no reason.'],
      [{ Error: 'Problem' }, 'It gave no reason.'],
      [{ Error: 'Problem', Cause: 'because' }, 'because'],
    ] as const)
      expect(await run(state('Work', States), error)).toMatchObject({ status: 'FAILED', cause });
  });
});
