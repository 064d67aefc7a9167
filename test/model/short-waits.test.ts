import { expect, it, jest } from '@jest/globals';
import { keepsItsPromises } from './keeps.ts';
import { schedulesOf, shortWaits } from './schedule.ts';

jest.setTimeout(300_000);

it('keeps its promises in 250 schedules, much of which happens at once', async () => {
  await expect(keepsItsPromises(schedulesOf(shortWaits), { numRuns: 250, seed: 1 })).resolves.toBeUndefined();
});
