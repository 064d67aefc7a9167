/**
 * The state transitions of a lockout, as pure functions. Every change of a lockout uses them, so that no other
 * transition is possible.
 */
import type { Verdict } from './key.ts';
import type { Lockout } from './lockout.ts';
import type { LockoutState } from './lockout-state.ts';
import type { MachineName } from './outbox-message.ts';

/** What a verdict asks of a lockout. */
const directionOf: { readonly [V in Verdict]: 'serve' | 'stop' | 'continue' } = {
  usable: 'serve',
  degraded: 'serve',
  unusable: 'stop',
  unknown: 'continue',
};

/**
 * The point at which a key is checked: at any time, when an execution starts, or when the batches of a step are done.
 */
export type CheckPoint = 'observed' | 'started' | 'completed';

/**
 * The state after an observation; the same state if a step is running, which completes first. `state` is null when no
 * lockout is open. A key without databases has nothing to stop, so its loss opens no lockout.
 */
export function afterObservation(state: LockoutState | null, verdict: Verdict, databases: number): LockoutState | null {
  if (state === null) return directionOf[verdict] === 'stop' && databases > 0 ? 'waiting' : null;
  if (directionOf[verdict] !== 'serve') return state;
  if (state === 'waiting') return 'cancelled';
  return state === 'stopped' ? 'starting_servers' : state;
}

/** The state after the start of an execution, which may only reverse; advancing is left to the completed step. */
export function afterStart(state: LockoutState, verdict: Verdict): LockoutState {
  const next = afterStep(state, verdict);
  const isReversal = next === 'starting_servers' || next === 'stopping_services';
  return state === 'waiting' || isReversal ? next : state;
}

/** The state after a completed step: the next one, or a reversal. */
const steps: { readonly [S in LockoutState]?: Readonly<Record<(typeof directionOf)[Verdict], LockoutState>> } = {
  waiting: { serve: 'cancelled', stop: 'stopping_services', continue: 'waiting' },
  stopping_services: { serve: 'starting_servers', stop: 'stopping_servers', continue: 'stopping_servers' },
  stopping_servers: { serve: 'starting_servers', stop: 'stopped', continue: 'stopped' },
  starting_servers: { serve: 'starting_services', stop: 'stopping_services', continue: 'starting_services' },
  starting_services: { serve: 'restored', stop: 'stopping_services', continue: 'restored' },
};

/** A state without a step stays. */
export const afterStep = (state: LockoutState, verdict: Verdict): LockoutState =>
  steps[state]?.[directionOf[verdict]] ?? state;

/** The state machine of a lockout in this state; null if none is needed. */
export function machineFor(state: LockoutState): MachineName | null {
  switch (state) {
    case 'waiting':
    case 'stopping_services':
    case 'stopping_servers':
      return 'key-shutdown';
    case 'starting_servers':
    case 'starting_services':
      return 'key-restart';
    default:
      return null;
  }
}

/** Another execution for the lockout, after the last one ended. */
export const runAgain = (lockout: Lockout, at: Date) => ({ run: lockout.run + 1, runAt: at.toISOString() });

/**
 * The lockout in its next state. A change of the state machine starts a new run, and a change back to stopping a new
 * round.
 */
export function entered(lockout: Lockout, state: LockoutState, at: Date): Lockout {
  if (state === lockout.state) return lockout;
  const machine = machineFor(state);
  const startsAnew = machine !== null && machine !== lockout.machine;
  const turnsBack = state === 'stopping_services' && machineFor(lockout.state) === 'key-restart';
  return {
    ...lockout,
    state,
    machine,
    ...(startsAnew ? runAgain(lockout, at) : {}),
    round: lockout.round + (turnsBack ? 1 : 0),
    steps: [...lockout.steps, { state, at: at.toISOString() }],
  };
}
