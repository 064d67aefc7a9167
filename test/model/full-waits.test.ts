import { expect, it, jest } from '@jest/globals';
import { keepsItsPromises } from './keeps.ts';
import { fullWaits, schedulesOf } from './schedule.ts';

jest.setTimeout(300_000);

it('keeps its promises in 250 schedules, under the waiting period of the seed', async () => {
  await expect(keepsItsPromises(schedulesOf(fullWaits), { numRuns: 250, seed: 2 })).resolves.toBeUndefined();
});
