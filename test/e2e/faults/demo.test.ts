/** The demo, interrupted or killed: it says so, and leaves nothing behind. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { until } from '#local/test-support/until.ts';
import { expectNothingLeft, patience, printed, processesOf, startDemo } from '../demo-run.ts';

describe('the demo', () => {
  it.each([
    ['an early warning', 'key is deleted in 30 days', []],
    ['a simulated drill', 'catching_up: ', []],
    ['a real drill', 'please disable the drill key', ['--full']],
    ['the waiting period of a disabled key', ' of 10:00', []],
  ])(
    'ends in order with code 130 when it is interrupted during %s',
    async (_, text, args) => {
      const run = startDemo({ args });
      await printed(run, text);

      run.child.kill('SIGINT');

      expect(await run.ended).toBe(130);
      expect(run.output()).toContain('Interrupted.');

      await expectNothingLeft(run);
    },
    patience,
  );

  it(
    'leaves nothing behind even when it is killed',
    async () => {
      const run = startDemo();
      await printed(run, 'available, on port');
      run.child.kill('SIGKILL');
      await run.ended;
      const left = () => [...processesOf(run), ...readdirSync(run.disk), ...readdirSync(run.memory)];
      await until('nothing left of the run', async () => left().length === 0);
      await expectNothingLeft(run);
    },
    patience,
  );

  it(
    'fails with code 1 and the reason if its cloud is killed, and leaves nothing behind',
    async () => {
      const run = startDemo();
      await printed(run, 'available, on port');
      const cloud = processesOf(run).find(({ line }) => line.includes('cloud-process.ts'));
      expect(cloud).toBeDefined();
      if (cloud) process.kill(cloud.pid, 'SIGKILL');

      expect(await run.ended).toBe(1);
      expect(run.output()).toContain('The local cloud ended (SIGKILL).');

      await expectNothingLeft(run);
    },
    patience,
  );
});
