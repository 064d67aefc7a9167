import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createWorld, functionArn, lambdaError, state } from '../../../test-support/step-functions.ts';

const definition = state('First', {
  First: { Type: 'Pass', Assign: { by: 3 }, Next: 'Wait' },
  Wait: { Type: 'Wait', Seconds: 5, Next: 'All' },
  All: {
    Type: 'Map',
    Items: '{% $states.input %}',
    ItemSelector: '{% $states.context.Map.Item.Value * $by %}',
    MaxConcurrency: 2,
    ItemProcessor: {
      StartAt: 'Work',
      States: {
        Work: {
          Type: 'Task',
          Resource: functionArn('work'),
          Next: 'Undo',
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Undo', Output: -1 }],
        },
        Undo: { Type: 'Pass', End: true },
      },
    },
    Next: 'Big?',
  },
  'Big?': { Type: 'Choice', Choices: [{ Condition: '{% $sum($states.input) > 10 %}', Next: 'Big' }], Default: 'Small' },
  Big: { Type: 'Succeed', Output: '{% {"big": $states.input} %}' },
  Small: { Type: 'Succeed', Output: '{% {"small": $states.input} %}' },
});

const work = (n: number) => {
  if (n % 2 === 0) throw lambdaError('Even', '');
  return n;
};

describe('a journal that ends anywhere', () => {
  it('leads to the same end', async () => {
    const whole = await createWorld(definition, { work });
    const { arn, output } = await whole.finish(await whole.start([1, 2, 3]));
    await whole.close();
    const file = join(whole.dir, 'executions', '1.jsonl');
    const index = join(whole.dir, 'index.jsonl');
    const bytes = readFileSync(file);
    const running = readFileSync(index, 'utf8').replace(/\{"closed".*\n/, '');
    const endings = fc.integer({ min: bytes.indexOf('\n') + 1, max: bytes.length });
    await fc.assert(
      fc.asyncProperty(endings, async (end) => {
        writeFileSync(file, bytes.subarray(0, end));
        writeFileSync(index, running);
        const world = await createWorld(definition, { work }, { dir: whole.dir, clock: whole.clock });
        const finished = await world.finish(arn);
        const ids = (await world.events(arn)).map(({ id }) => id);
        await world.close();
        expect(finished).toMatchObject({ status: 'SUCCEEDED', output });
        expect(ids).toEqual(ids.map((_, place) => place + 1));
      }),
    );
    expect(output).toEqual({ big: [3, -1, 9] });
    await whole.remove();
  });
});
