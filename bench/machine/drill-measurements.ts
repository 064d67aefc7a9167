/** What a measured drill shows: its time by stage, what its clients noticed, and the leader's load. */
import type { DrillReportView } from '#lib/contracts/drills.ts';
import type { Infer } from '#lib/model/schema.ts';
import { against, type Measurement } from '../row.ts';

export type Report = Infer<typeof DrillReportView>;

/** The leader's load at a time, and when it was read. */
export interface Load {
  readonly at: number;
  /** Seconds of a CPU since its start, of its child processes too. */
  readonly cpu: number;
  /** Bytes that it copied while its last snapshot was made, since clients changed them. */
  readonly copied: number;
  /** Microseconds for which its last fork of a child process paused it. */
  readonly pause: number;
}

export interface Period {
  /** Milliseconds until a write was acknowledged. */
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  /** Seconds of a CPU that the leader took in each second. */
  readonly cpu: number;
  readonly seconds: number;
}

export interface Drilled {
  readonly report: Report;
  readonly alone: Period;
  /** While the fork copies its leader. */
  readonly copying: Period;
  /** From the fork's separation to the end: the fork is locked out, restored, compared and removed. */
  readonly rest: Period;
  /** When the leader had sent its snapshot. */
  readonly snapshot: Load;
  readonly written: number;
  readonly failed: number;
  readonly lost: number;
}

/** A fork has its own server on EC2. Here it shares the cores, so its own work delays the clients as well. */
const mostTimes = 2;
const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
const milliseconds = (ms: number): string => `${Number(ms.toPrecision(2))} ms`;

export function measurementsOf({
  report,
  alone,
  copying,
  rest,
  snapshot,
  written,
  failed,
  lost,
}: Drilled): Measurement[] {
  const p99 = (period: Period, name: string, note: string): Measurement =>
    against(alone.p99, { name, value: period.p99, unit: 'ms', atMost: mostTimes, note });
  const median = ({ p50, longest }: Period) => `median ${milliseconds(p50)}, longest ${milliseconds(longest)}`;
  return [
    durationOf(report),
    p99(
      copying,
      'p99 of a write, while the fork copies its leader, against the clients alone',
      `${median(copying)}; alone: ${median(alone)}. It took ${Math.round(copying.seconds)} s.`,
    ),
    p99(
      rest,
      'p99 of a write, while the fork is locked out, restored and compared',
      `${median(rest)}. The leader does nothing for the fork in this time, which works on the same cores here and ` +
        'on its own server on EC2.',
    ),
    {
      ...{ name: "the leader's CPU while the fork copies it, in each second", value: copying.cpu, unit: 's' },
      ...{ baseline: alone.cpu, ratio: copying.cpu / alone.cpu, target: 'printed', met: true },
      note:
        'The process that sends the snapshot included. Its start paused the leader for ' +
        `${milliseconds(snapshot.pause / 1000)}, and ${mebibytes(snapshot.copied)} were copied because clients ` +
        'changed them.',
    },
    {
      ...{ name: 'writes that failed or are lost', value: failed + lost, unit: '', baseline: null, ratio: null },
      ...{ target: '0', met: failed + lost === 0, note: `Of ${written.toLocaleString('en')}, on one connection.` },
    },
  ];
}

const stageNames: Partial<Record<Report['stage'], string>> = {
  forking: 'fork provisioned',
  catching_up: 'caught up',
  detaching: 'left its leader and digested',
  locking_out: 'locked out',
  restoring: 'restored',
  comparing: 'digested again',
  removing: 'removed',
};

function durationOf({ startedAt, endedAt, outcome, detail, stages, parity }: Report): Measurement {
  const secondsBetween = (from: string, to = '') => (Date.parse(to) - Date.parse(from)) / 1000;
  const value = secondsBetween(startedAt, endedAt ?? '');
  const took = stages.slice(0, -1).map(({ stage, at }, index) => {
    const seconds = Math.round(secondsBetween(at, stages[index + 1]?.at));
    return `${stageNames[stage] ?? stage} in ${seconds} s`;
  });
  return {
    ...{ name: 'from its start to the removal of its fork', value, unit: 's', baseline: null, ratio: null },
    ...{ target: 'passed', met: outcome === 'passed' },
    note: `${parity.keysBefore?.toLocaleString('en')} keys: ${took.join(', ')}.${detail ? ` ${detail}` : ''}`,
  };
}
