/** Every definition is valid for Step Functions, and its final state reports a failure with a reason. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readDefinition } from '#local/step-functions/definition.ts';
import { functionArn, run, state } from '#test/unit/local/step-functions/world.ts';

const folder = resolve(import.meta.dirname, '../../../statemachines');
const files = readdirSync(folder).filter((name) => name.endsWith('.asl.json'));

interface Machine {
  readonly States: Readonly<Record<string, { readonly Type: string; readonly Cause?: string }>>;
}
const machineOf = (file: string): Machine =>
  JSON.parse(readFileSync(join(folder, file), 'utf8').replaceAll(/\$\{\w+Arn\}/g, functionArn('work')));

describe('the state machines', () => {
  it.each(files)('%s is taken as it is', (file) => {
    expect(() => readDefinition(machineOf(file))).not.toThrow();
  });

  const evaluated = files.flatMap((file) =>
    Object.values(machineOf(file).States).flatMap(({ Type, Cause = '' }) =>
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
