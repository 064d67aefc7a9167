/**
 * The deployed function of the sweep, in a process of its own: runs it once for each minute that it is told, and says
 * what that took. With `--expose-gc` it measures memory instead: it frees what is garbage again and again, which takes
 * time.
 */
import { handler } from '#functions/events/on-sweep.ts';
import { useLogLines } from '#lib/log.ts';

export interface SweepRun {
  /** Seconds. */
  readonly wall: number;
  /** Seconds of one CPU, of this process in all. */
  readonly cpu: number;
  /** MB that were in use at most, garbage not counted; 0 where it was not measured. */
  readonly live: number;
}

const RealDate = Date;
let minute = 0;

/** The minute selects the keys that get a full check. */
class AtMinute extends RealDate {
  constructor(...args: [] | [string | number | Date]) {
    super(args.length === 0 ? minute * 60_000 : args[0]);
  }
}
globalThis.Date = AtMinute as DateConstructor;

useLogLines((line, level) => level === 'ERROR' && process.stderr.write(`${line}\n`));

/** No time limit here; the row compares the time with the function's limit. */
const context = { awsRequestId: 'swept', functionName: 'on-sweep', getRemainingTimeInMillis: () => 600_000 };
const tick = {
  id: 'tick',
  source: 'aws.events',
  'detail-type': 'Scheduled Event',
  account: '210987654321',
  resources: [],
  detail: {},
};

async function peakOf(work: () => Promise<unknown>): Promise<number> {
  const { gc } = globalThis;
  let peak = 0;
  const look = () => {
    void gc?.();
    peak = Math.max(peak, process.memoryUsage().heapUsed / 1e6);
  };
  const timer = setInterval(look, 400);
  await work();
  clearInterval(timer);
  return gc ? peak : 0;
}

for (const argument of process.argv.slice(2)) {
  minute = Number(argument);
  const [before, since] = [process.cpuUsage(), performance.now()];
  const live = await peakOf(async () => handler({ ...tick, time: new Date().toISOString() }, context as never));
  const { user, system } = process.cpuUsage(before);
  const run: SweepRun = { wall: (performance.now() - since) / 1000, cpu: (user + system) / 1e6, live };
  process.send?.(run);
}
process.disconnect?.();
