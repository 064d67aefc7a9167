/**
 * `npm run soak`: runs random schedules against the lifecycle for the given time. A failure is printed with its seed
 * and path, and with the shrunk schedule in the format of `test/model/found-before.test.ts`.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { useLogLines } from '#lib/log.ts';
import { play } from '#simulation/lifecycle/play.ts';
import { fullWaits, type Schedule, schedulesOf, shortWaits } from '#simulation/lifecycle/schedule.ts';

const help = `Plays random schedules against the lifecycle.

  npm run soak                                         ten minutes of new schedules
  npm run soak -- --minutes 60                         for longer
  npm run soak -- --seed 7 --path 12:0:3               a failure again, by what it printed`;

useLogLines(() => undefined);

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    path: { type: 'string' },
  },
});

const minuteMs = 60_000;
const outcomes = new Map<string, number>();
let played = 0;
let toldAt = Date.now();

/** Prints a line a minute. */
function progress(): void {
  played += 1;
  if (Date.now() - toldAt < minuteMs) return;
  toldAt = Date.now();
  process.stdout.write(`${played} schedules\n`);
}

const keepsItsPromises = fc.asyncProperty(schedulesOf([...shortWaits, ...fullWaits]), async (schedule) => {
  const { broken, world } = await play(schedule);
  for (const outcome of world.outcomes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  progress();
  if (broken.length > 0) throw new Error(broken.slice(0, 5).join('\n'));
});

/** A test in the format of found-before.test.ts. */
const asTest = ({ steps, ...setting }: Schedule): string =>
  [
    "it('…', async () => {",
    '  const { broken } = await play({',
    ...Object.entries(setting).map(([name, value]) => `    ${name}: ${JSON.stringify(value)},`),
    '    steps: [',
    ...steps.map((step) => `      ${JSON.stringify(step)},`),
    '    ],',
    '  });',
    '  expect(broken).toEqual([]);',
    '});',
  ].join('\n');

async function soak(): Promise<number> {
  const { seed, minutes, path } = values;
  process.stdout.write(`Seed ${seed}\n`);
  const result = await fc.check(keepsItsPromises, {
    seed: Number(seed),
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: Number(minutes) * minuteMs,
    ...(path === undefined ? {} : { path, numRuns: 1 }),
  });
  process.stdout.write(`${played} schedules; responses: ${JSON.stringify(Object.fromEntries(outcomes))}\n`);
  const [found] = result.counterexample ?? [];
  if (!found) return 0;
  process.stdout.write(
    `Broken: --seed ${result.seed} --path ${result.counterexamplePath}\n` +
      `${String(result.errorInstance)}\n\n${asTest(found)}\n`,
  );
  return 1;
}

if (values.help) process.stdout.write(`${help}\n`);
else process.exitCode = await soak();
