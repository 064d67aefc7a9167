/** Random schedules under short waiting periods, where much happens concurrently. */
import { expect, it, jest } from '@jest/globals';
import { schedulesOf, shortWaits } from '#simulation/lifecycle/schedule.ts';
import { assertPromises } from './assert-promises.ts';

jest.setTimeout(300_000);

it('keeps its promises in 250 schedules with much concurrency', async () => {
  await expect(assertPromises(schedulesOf(shortWaits), { numRuns: 250, seed: 1 })).resolves.toBeUndefined();
});
