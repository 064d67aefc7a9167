/**
 * One sweep over 10, 1,000 and 10,000 usable keys: the deployed function with the real SDK, against a KMS and a table
 * that answer in 10 ms.
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Measurement, Row } from '../row.ts';
import { memoryOfFunction } from './function-memory.ts';
import { rateLimits } from './limits.ts';
import { type SweptAws, sweptAws } from './sweep/aws.ts';
import type { SweepRun } from './sweep/process.ts';

const most = 10_000;

/** A cycle of 16 minutes has one full check of each key. For many keys two minutes are representative. */
const plans = [
  { keys: 10, minutes: 16 },
  { keys: 1000, minutes: 16 },
  { keys: most, minutes: 2 },
] as const;

/** A cycle of keys with proven event delivery: checks are 5 minutes apart, and every 24th is a full check. */
const proven = { keys: 100, minutes: 120 } as const;

interface Swept {
  readonly keys: number;
  /** KMS requests per key and sweep. */
  readonly requests: number;
  readonly fullestSecond: number;
  /** The slowest sweep. */
  readonly worst: SweepRun;
  /** MB. */
  readonly live: number;
}

export const row: Row = {
  key: 'sweeps',
  title: 'A sweep over all keys',
  measure: async (say) => {
    const found: Swept[] = [];
    for (const { keys, minutes } of plans) {
      say(`${keys.toLocaleString('en')} keys, ${minutes} sweeps`);
      found.push(await swept(keys, minutes));
    }
    say(`${count(proven.keys)} whose events are proven to arrive, ${proven.minutes} sweeps`);
    const rarely = await requestsWithEvents();
    return [...found.map(requestsOf), rarely, ...found.map(timeOf), memoryOf(found), quotaOf(found)];
  },
};

const count = (keys: number): string => `${keys.toLocaleString('en')} keys`;

/** Each action that may be tried each minute (design note 027). */
const requestsOfQuickCheck = 6;

const requestsOf = ({ keys, requests }: Swept): Measurement => ({
  ...{
    name: `${count(keys)}: KMS requests for a key and a sweep`,
    value: requests,
    unit: '',
    baseline: requestsOfQuickCheck,
    ratio: requests / requestsOfQuickCheck,
  },
  ...{ target: '≤ 7', met: requests <= 7 },
});

async function requestsWithEvents(): Promise<Measurement> {
  const aws = await sweptAws(proven.keys, 'proven');
  try {
    await sweeping(aws, proven.minutes, []);
    const value = kmsRequests(aws) / proven.keys / proven.minutes;
    const name = `${count(proven.keys)} whose events are proven to arrive: KMS requests for a key and a minute`;
    return { name, value, unit: '', baseline: 1, ratio: value, target: '≤ 0.3', met: value <= 0.3 };
  } finally {
    await aws.close();
  }
}

const kmsRequests = ({ counts }: SweptAws): number =>
  [...counts].filter(([operation]) => !/Item|Query/.test(operation)).reduce((sum, [, times]) => sum + times, 0);

/**
 * Lambda gives 1,769 MB a whole CPU, and less its share. Source: Lambda developer guide, "Configure Lambda function
 * memory".
 */
const memoryOfCpu = 1769;

function timeOf({ keys, worst }: Swept): Measurement {
  const memory = memoryOfFunction('onSweep');
  const value = Math.max(worst.wall, worst.cpu / (memory / memoryOfCpu));
  const note =
    `${worst.cpu.toFixed(1)} s of a CPU, of which a function of ${memory} MB has ` +
    `${(memory / memoryOfCpu).toFixed(2)}; ${worst.wall.toFixed(1)} s here, beside the stub`;
  return {
    name: `${count(keys)}: a sweep`,
    value,
    unit: 's',
    baseline: null,
    ratio: null,
    target: '≤ 50 s',
    met: value <= 50,
    note,
  };
}

function memoryOf(found: readonly Swept[]): Measurement {
  const [, few, many] = found;
  if (!few || !many) throw new Error('There are three sizes.');
  const [value, baseline] = [many.live, few.live];
  const name = `${count(many.keys)}: memory in use, against ${count(few.keys)} swept ten times`;
  const shown = { name, value, unit: 'MB', baseline };
  const note =
    '160 keys are checked at once, independently of their number; of 1,000 keys, fewer have their full check in ' +
    'the same minute';
  return { ...shown, ratio: value / baseline, target: 'flat: ≤ 1.5×', met: value / baseline <= 1.5, note };
}

function quotaOf(found: readonly Swept[]): Measurement {
  const { perSecond, source } = rateLimits.kmsCryptography;
  const value = Math.max(...found.map(({ fullestSecond }) => fullestSecond));
  const shown = { name: 'KMS requests in the fullest second, against the quota', value, unit: '', baseline: perSecond };
  const note = `${Math.round((1 - value / perSecond) * 100)} % of the quota are left (${source})`;
  return { ...shown, ratio: value / perSecond, target: '≤ 0.5×', met: value <= perSecond / 2, note };
}

async function swept(keys: number, minutes: number): Promise<Swept> {
  const aws = await sweptAws(keys);
  try {
    const runs = await sweeping(aws, minutes, []);
    const requests = kmsRequests(aws);
    const memory = await sweeping(aws, Math.min(10, most / keys), ['--expose-gc']);
    const [worst] = runs.toSorted((a, b) => b.cpu - a.cpu);
    if (!worst) throw new Error('The sweep said nothing.');
    return {
      keys,
      requests: requests / keys / minutes,
      fullestSecond: aws.fullestSecond(),
      worst,
      live: Math.max(...memory.map(({ live }) => live)),
    };
  } finally {
    await aws.close();
  }
}

const program = join(import.meta.dirname, 'sweep', 'process.ts');

async function sweeping({ url }: SweptAws, minutes: number, execArgv: readonly string[]): Promise<SweepRun[]> {
  const minuteArguments = Array.from({ length: minutes }, (_, minute) => String(minute));
  const child = fork(program, minuteArguments, { env: environment(url), execArgv: [...execArgv, '--no-warnings'] });
  const runs: SweepRun[] = [];
  child.on('message', (run) => runs.push(run as SweepRun));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`The process of the sweep ended with ${code}.`);
  return runs;
}

const environment = (url: string): Record<string, string> => ({
  ...{
    PATH: process.env.PATH ?? '',
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'swept',
    AWS_SECRET_ACCESS_KEY: 'swept',
  },
  ...{ TABLE_NAME: 'latchkey', EVENT_BUS_NAME: 'latchkey', PLATFORM_ACCOUNT_ID: '210987654321' },
  ...{
    DATA_PLANE_ROLE_ARN: 'arn:aws:iam::210987654321:role/server',
    WAITING_PERIOD_SECONDS: '600',
    CONFIRMATION_SECONDS: '3',
  },
  REQUIRE_OWNERSHIP_PROOF: 'false',
});
