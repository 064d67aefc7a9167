/**
 * A key's lockout from 1 to 10,000 databases on a simulated fleet, under AWS's limits; baseline: the seed's 10 minutes,
 * and 5 to restore.
 */
import { useLogLines } from '#lib/log.ts';
import type { Measurement, Row } from '../row.ts';
import { type LockoutRun, lockOut } from './lockout-run.ts';
import type { Margin } from './meter.ts';

const sizes = [1, 100, 1000] as const;
const most = 10_000;

/** Seconds. */
const stopping = { verb: 'stopped', seed: 600, atMost: 480 } as const;
const restoring = { verb: 'restored', seed: 300, atMost: 240 } as const;

export const row: Row = {
  key: 'lockouts-at-scale',
  title: "A lockout's time and requests against the databases on its key (simulated)",
  measure: async (say) => {
    useLogLines(() => undefined);
    const runs: LockoutRun[] = [];
    for (const size of sizes) runs.push(await measureLockout(say, size, false));
    const published = await measureLockout(say, most, false);
    const largest = await measureLockout(say, most, true);
    runs.push(largest);
    return [
      ...runs.flatMap((run) => [timeOf(run, stopping), timeOf(run, restoring)]),
      ...runs.map((run, index) => requestsOf(run, runs[index - 1])),
      refusals([...runs, published], largest),
      { ...timeOf(published, stopping), name: nameOf(most, stopping.verb, 'published'), note: whyStopped },
      { ...timeOf(published, restoring), name: nameOf(most, restoring.verb, 'published'), note: whyRestored },
    ];
  },
};

const whyStopped =
  'Servers shut themselves down, asked by Systems Manager; StopInstances alone would need 450 seconds for them.';
const whyRestored =
  'The floor is 4,500 seconds: StartInstances takes 1,000 instances at once and then 2 a second, and nothing else ' +
  'starts a stopped instance. The 10,000 above have the two quotas that docs/deploy.md asks for.';

async function measureLockout(say: (line: string) => void, databases: number, raised: boolean): Promise<LockoutRun> {
  const quotas = raised ? 'quotas as docs/deploy.md asks for' : 'published quotas';
  say(`${databases.toLocaleString('en')} databases, ${quotas}`);
  const run = await lockOut(databases, raised);
  if (run.breaches.length > 0)
    throw new Error(`The lockout of ${databases} went wrong: ${run.breaches.slice(0, 3).join('; ')}`);
  say(`${databases.toLocaleString('en')} databases: stopped in ${run.stopped} s, restored in ${run.restored} s`);
  for (const margin of run.margins) say(`  ${lineOf(margin)}`);
  return run;
}

type Timed = typeof stopping | typeof restoring;

/** By default only the largest fleet has raised quotas. */
export const nameOf = (
  databases: number,
  verb: Timed['verb'],
  quotas = databases < most ? 'published' : 'raised',
): string =>
  `${databases.toLocaleString('en')} ${databases === 1 ? 'database' : 'databases'} ${verb}, ${quotas} quotas`;
export const requestsNameOf = (databases: number): string =>
  `requests to AWS for each of ${databases.toLocaleString('en')}`;

function timeOf(run: LockoutRun, phase: Timed): Measurement {
  const value = run[phase.verb] ?? Number.POSITIVE_INFINITY;
  const met = value <= phase.atMost;
  return {
    name: nameOf(run.databases, phase.verb),
    value,
    unit: 's',
    baseline: phase.seed,
    ratio: value / phase.seed,
    target: `≤ ${phase.atMost} s`,
    met,
  };
}

/** Requests of a lockout and its restore. Excludes EC2's own KMS requests and capacity units. */
const isOurs = (action: string): boolean => !/units|conflicts|by EC2|events/.test(action);

const requestsPerDatabase = ({ requests, databases }: Pick<LockoutRun, 'requests' | 'databases'>): number =>
  [...requests].filter(([action]) => isOurs(action)).reduce((sum, [, times]) => sum + times, 0) / databases;

/** Against the next smaller fleet. */
function requestsOf(run: LockoutRun, before: LockoutRun | undefined): Measurement {
  const value = requestsPerDatabase(run);
  const baseline = before ? requestsPerDatabase(before) : null;
  const ratio = baseline === null ? null : value / baseline;
  return {
    name: requestsNameOf(run.databases),
    value,
    unit: '',
    baseline,
    ratio,
    target: 'flat: ≤ 1×',
    met: ratio === null || ratio <= 1,
  };
}

function refusals(runs: readonly LockoutRun[], largest: LockoutRun): Measurement {
  const value = runs.flatMap(({ margins }) => margins).reduce((sum, { refused }) => sum + refused, 0);
  const lines = largest.margins.toSorted((a, b) => a.margin - b.margin).map(lineOf);
  const note = [
    `Left of each limit at the tightest moment of ${largest.databases.toLocaleString('en')}:`,
    ...lines,
  ].join('\n');
  return {
    name: 'limits exceeded, all sizes',
    value,
    unit: '',
    baseline: null,
    ratio: null,
    target: '0',
    met: value === 0,
    note,
  };
}

const lineOf = ({ title, margin, refused, detail }: Margin): string =>
  `${title}: ${Math.round(margin * 100)} % (${detail})${refused > 0 ? `, refused ${refused} times` : ''}`;
