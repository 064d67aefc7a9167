/** The property of the model: no schedule violates an invariant. */
import fc from 'fast-check';
import { play } from '#simulation/lifecycle/play.ts';
import type { Schedule } from '#simulation/lifecycle/schedule.ts';

/** Plays that many schedules, always the same; a failure tells the schedule that it shrank to, and what broke in it. */
export async function assertPromises(
  schedules: fc.Arbitrary<Schedule>,
  { numRuns, seed }: { numRuns: number; seed: number },
): Promise<void> {
  const property = fc.asyncProperty(schedules, async (schedule) => {
    const { broken } = await play(schedule);
    if (broken.length > 0) throw new Error(broken.slice(0, 5).join('\n'));
  });
  const { stackTraceLimit } = Error;
  // The simulated faults throw many errors, and Jest maps each stack to its sources.
  Error.stackTraceLimit = 0;
  try {
    await fc.assert(property, { numRuns, seed });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
