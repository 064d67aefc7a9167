/** Drills in words: what happens now, how it ended, and the report against the objectives. */
import type { Drill, DrillEstimate, DrillReport } from '../api/types.ts';
import { count, readable } from './names.ts';
import { duration } from './time.ts';
import { type Tone, words } from './tone.ts';

const stages: Readonly<Record<Drill['stage'], string>> = {
  forking: 'Forking the database',
  catching_up: 'The fork copies its leader',
  detaching: 'The fork leaves its leader, and its data is digested',
  awaiting_disable: 'Waiting for the owner to disable the drill key',
  locking_out: 'The fork is locked out',
  awaiting_enable: 'Waiting for the owner to enable the drill key',
  restoring: 'The fork comes back',
  comparing: 'The data is compared',
  removing: 'The fork is removed',
  ended: 'Ended',
};

export interface DrillState {
  readonly tone: Tone;
  /** One word. */
  readonly word: string;
  readonly sentence: string;
}

const outcomes = {
  passed: ['green', 'It would work: every objective was met, and no data was lost.'],
  failed: ['red', 'It would not work as it should.'],
  aborted: ['grey', 'It was aborted, and the fork is removed.'],
} as const;

export const isRunning = ({ stage }: Pick<Drill, 'stage'>): boolean => stage !== 'ended';

export function drillState({ stage, outcome, failure, detail }: Drill): DrillState {
  if (isRunning({ stage }) || !outcome) {
    const isWaiting = stage === 'awaiting_disable' || stage === 'awaiting_enable';
    return { tone: isWaiting ? 'amber' : 'blue', word: words(stage), sentence: `${stages[stage]}.` };
  }
  const [tone, sentence] = outcomes[outcome];
  const because = detail ? readable(detail, 1000) : failure && failure !== 'aborted' ? `${words(failure)}.` : '';
  return { tone, word: outcome, sentence: [sentence, because].filter(Boolean).join(' ') };
}

export interface PhaseLine {
  readonly phase: string;
  readonly measured: string;
  readonly objective: string;
  readonly expected: string;
  readonly verdict: 'met' | 'missed' | 'no objective' | 'not reached';
  readonly tone: Tone;
}

const seconds = (value: number | null): string => (value === null ? '–' : duration(value * 1000));

export const phaseLines = ({ phases }: Pick<DrillReport, 'phases'>): PhaseLine[] =>
  phases.map(({ phase, measuredSeconds, objectiveSeconds, expectedSeconds, met }) => ({
    phase,
    measured: seconds(measuredSeconds),
    objective: objectiveSeconds === null ? '–' : `≤ ${seconds(objectiveSeconds)}`,
    expected: seconds(expectedSeconds),
    ...judged(measuredSeconds, met),
  }));

function judged(measured: number | null, met: boolean | null): Pick<PhaseLine, 'verdict' | 'tone'> {
  if (met === false) return { verdict: 'missed', tone: 'red' };
  if (measured === null) return { verdict: 'not reached', tone: 'grey' };
  return met ? { verdict: 'met', tone: 'green' } : { verdict: 'no objective', tone: 'grey' };
}

export function parityText({
  parity: { keysBefore, keysAfter, isSame, expiring },
}: Pick<DrillReport, 'parity'>): string {
  if (isSame === null)
    return keysBefore === null ? 'not measured yet' : `${count(keysBefore, 'key')} before the lockout`;
  if (keysBefore === 0 && keysAfter === 0) return 'The database is empty, so there was no data to compare.';
  const aside = expiring ? ` ${count(expiring, 'key')} that expire soon are left out.` : '';
  return isSame
    ? `${count(keysAfter ?? 0, 'key')}, the same as before: nothing was lost.${aside}`
    : `${count(keysBefore ?? 0, 'key')} before, ${count(keysAfter ?? 0, 'key')} after: the data differs.${aside}`;
}

/** What the fork occupies on EC2; null where no server is rented. */
export const costText = (cost: DrillReport['cost']): string | null =>
  cost &&
  `${cost.instanceType} for ${count(cost.instanceMinutes, 'minute')}, a volume of ${cost.volumeGiB} GiB, ` +
    `${count(cost.snapshots, 'snapshot')}`;

export const estimateText = ({ database, minutes, cost }: DrillEstimate): string =>
  [
    `Forks ${readable(database.name, 63)} (${database.plan}) into a database that no app sees, for about ` +
      `${count(minutes, 'minute')}.`,
    cost ? `On EC2 the fork occupies ${costText(cost)}.` : '',
  ]
    .filter(Boolean)
    .join(' ');
