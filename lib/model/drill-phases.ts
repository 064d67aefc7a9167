/** The phases of a drill, as measured against its objectives. Pure. */
import { type Drill, enteredStageAt } from './drill.ts';

/** Objectives, in seconds: promise 4's times, and promise 1's one minute with a margin for the poll itself. */
const objectives = { noticed: 65, stopped: 20 * 60, restored: 5 * 60, keysLost: 0 } as const;

export interface MeasuredPhase {
  readonly phase: 'forked' | 'noticed' | 'stopped' | 'restored' | 'removed';
  readonly expectedSeconds: number | null;
  readonly measuredSeconds: number | null;
  readonly objectiveSeconds: number | null;
  /** Null if the phase has no objective or was not measured. */
  readonly met: boolean | null;
}

const secondsBetween = (from: string | null | undefined, to: string | null | undefined): number | null =>
  from && to ? Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000) : null;

function phase(
  name: MeasuredPhase['phase'],
  measuredSeconds: number | null,
  { expected = null, objective = null }: { expected?: number | null; objective?: number | null } = {},
): MeasuredPhase {
  return {
    phase: name,
    expectedSeconds: expected,
    measuredSeconds,
    objectiveSeconds: objective,
    met: objective === null || measuredSeconds === null ? null : measuredSeconds <= objective,
  };
}

export type PhaseFacts = Pick<
  Drill,
  'mode' | 'stages' | 'startedAt' | 'endedAt' | 'waitingPeriodMinutes' | 'expected' | 'noticed'
>;
/** When a lockout was opened, and when it entered its states. */
export interface LockoutTimes {
  readonly openedAt: string;
  readonly steps: readonly { readonly state: string; readonly at: string }[];
}

/** The phases of a drill. `stopped` is measured from the lockout's opening, and includes its waiting period. */
export function measuredPhases(drill: PhaseFacts, lockout: LockoutTimes | null): MeasuredPhase[] {
  const step = (state: string) => lockout?.steps.findLast((each) => each.state === state)?.at;
  const waiting = drill.waitingPeriodMinutes * 60;
  const { stopSeconds, restartSeconds } = drill.expected;
  return [
    phase('forked', secondsBetween(drill.startedAt, enteredStageAt(drill, 'detaching'))),
    ...(drill.mode === 'real'
      ? [phase('noticed', drill.noticed?.lagSeconds ?? null, { objective: objectives.noticed })]
      : []),
    phase('stopped', secondsBetween(lockout?.openedAt, step('stopped')), {
      expected: stopSeconds === null ? null : stopSeconds + waiting,
      objective: objectives.stopped,
    }),
    phase('restored', secondsBetween(step('starting_servers'), step('restored')), {
      expected: restartSeconds,
      objective: objectives.restored,
    }),
    phase('removed', secondsBetween(enteredStageAt(drill, 'removing'), drill.endedAt)),
  ];
}
