/** Random schedules under the default waiting period. */
import { expect, it, jest } from '@jest/globals';
import { fullWaits, schedulesOf } from '#simulation/lifecycle/schedule.ts';
import { assertPromises } from './assert-promises.ts';

jest.setTimeout(300_000);

it('keeps its promises in 250 schedules, under the default waiting period', async () => {
  await expect(assertPromises(schedulesOf(fullWaits), { numRuns: 250, seed: 2 })).resolves.toBeUndefined();
});
