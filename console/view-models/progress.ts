/** The bars of a lockout: how far each phase is. */
import type { LockoutDetail, Progress } from '../api/types.ts';

export interface PhaseBar {
  readonly label: string;
  readonly done: number;
  readonly of: number;
  /** `next`: not begun. */
  readonly state: 'next' | 'active' | 'done';
}

const stopPhases = [
  ['stopping_services', 'Services stopped', 'servicesStopped'],
  ['stopping_servers', 'Servers sealed', 'serversStopped'],
] as const;
const startPhases = [
  ['starting_servers', 'Servers started', 'serversStarted'],
  ['starting_services', 'Services started', 'servicesStarted'],
] as const;

/** Empty while nothing is stopped or started. */
export function phaseBars({ state, steps, progress }: Pick<LockoutDetail, 'state' | 'steps' | 'progress'>): PhaseBar[] {
  if (!progress || state === 'cancelled') return [];
  const isRestoring = state.startsWith('starting') || state === 'restored';
  return (isRestoring ? startPhases : stopPhases).map(([phase, label, counter]) =>
    barOf({ label, phase, state, progress, entered: steps.map((step) => step.state), done: progress[counter] }),
  );
}

interface BarInput {
  readonly label: string;
  readonly phase: LockoutDetail['state'];
  readonly state: LockoutDetail['state'];
  readonly progress: Progress;
  readonly entered: readonly string[];
  readonly done: number;
}

function barOf({ label, phase, state, progress: { databases }, entered, done }: BarInput): PhaseBar {
  const isOver =
    state !== phase && entered.lastIndexOf(phase) >= 0 && entered.lastIndexOf(state) > entered.lastIndexOf(phase);
  return { label, done, of: databases, state: state === phase ? 'active' : isOver ? 'done' : 'next' };
}

export const share = (done: number, of: number): number => (of <= 0 ? 0 : Math.min(1, Math.max(0, done / of)));
