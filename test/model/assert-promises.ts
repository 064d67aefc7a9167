/** The property of the model: no schedule violates an invariant. */
import fc from 'fast-check';
import { play } from '#simulation/lifecycle/play.ts';
import type { Schedule } from '#simulation/lifecycle/schedule.ts';

/** Plays that many schedules, always the same; a failure tells the schedule that it shrank to, and what broke in it. */
export const assertPromises = (
  schedules: fc.Arbitrary<Schedule>,
  { numRuns, seed }: { numRuns: number; seed: number },
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const { broken } = await play(schedule);
      if (broken.length > 0) throw new Error(broken.slice(0, 5).join('\n'));
    }),
    { numRuns, seed },
  );
