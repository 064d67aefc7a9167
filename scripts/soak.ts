/**
 * `npm run soak -- [minutes] [seed]`: plays random schedules against the lifecycle for as long as asked (default 10 minutes), and prints the
 * seed and the path of a failure, and the schedule it shrank to, which becomes a regression test in `test/model/`.
 */
import fc from 'fast-check';
import { play } from '#test/model/play.ts';
import { fullWaits, schedulesOf, shortWaits } from '#test/model/schedule.ts';

process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';

const [minutes = '10', seed = String(Date.now() % 2 ** 31), path] = process.argv.slice(2);
const answers = new Map<string, number>();
let played = 0;

const keepsItsPromises = fc.asyncProperty(schedulesOf([...shortWaits, ...fullWaits]), async (schedule) => {
  const { broken, world } = await play(schedule);
  played += 1;
  for (const answer of world.answers) answers.set(answer, (answers.get(answer) ?? 0) + 1);
  if (broken.length > 0) throw new Error(broken.slice(0, 5).join('\n'));
});

const result = await fc.check(keepsItsPromises, {
  seed: Number(seed),
  numRuns: Number.MAX_SAFE_INTEGER,
  interruptAfterTimeLimit: Number(minutes) * 60_000,
  ...(path === undefined ? {} : { path }),
});
console.log(`${played} schedules from seed ${seed}; requests were answered: ${JSON.stringify(Object.fromEntries(answers))}`);
if (result.counterexample) {
  console.log(`Broken with seed ${result.seed}, path ${result.counterexamplePath}:\n${String(result.errorInstance)}`);
  console.log(JSON.stringify(result.counterexample[0]));
  process.exitCode = 1;
}
