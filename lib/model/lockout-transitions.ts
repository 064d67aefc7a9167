/**
 * The state transitions of a lockout, as pure functions. Every change of a lockout uses them, so that no other
 * transition is possible.
 */
import type { Verdict } from './key.ts';
import type { Lockout } from './lockout.ts';
import type { LockoutState } from './lockout-state.ts';
import type { MachineName } from './outbox-message.ts';

/** The decision after an observation while no step is running. A running step completes and then calls `afterStep`. */
export type Decision = 'nothing' | 'open' | 'cancel' | 'restore';

/**
 * `state` is null when no lockout is open. A key without databases has nothing to stop, so none is opened. `unknown`
 * never decides.
 */
export function decide(state: LockoutState | null, verdict: Verdict, databases: number): Decision {
  if (verdict === 'unusable') return state === null && databases > 0 ? 'open' : 'nothing';
  if (verdict === 'unknown') return 'nothing';
  if (state === 'waiting') return 'cancel';
  return state === 'stopped' ? 'restore' : 'nothing';
}

/**
 * The state after a completed step: the next one, or a reversal if the key's verdict changed. `unknown` changes
 * nothing.
 */
export function afterStep(state: LockoutState, verdict: Verdict): LockoutState {
  switch (state) {
    case 'waiting':
      return { usable: 'cancelled', unusable: 'stopping_services', unknown: 'waiting' }[verdict] as LockoutState;
    case 'stopping_services':
      return verdict === 'usable' ? 'starting_servers' : 'stopping_servers';
    case 'stopping_servers':
      return verdict === 'usable' ? 'starting_servers' : 'stopped';
    case 'starting_servers':
      return verdict === 'unusable' ? 'stopping_services' : 'starting_services';
    case 'starting_services':
      return verdict === 'unusable' ? 'stopping_services' : 'restored';
    default:
      return state;
  }
}

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
