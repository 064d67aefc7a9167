/** The states of a lockout, in the order of its life. Events and the lockout itself share them. */
export const lockoutStates = [
  'waiting',
  'stopping_services',
  'stopping_servers',
  'stopped',
  'starting_servers',
  'starting_services',
  'restored',
  'cancelled',
] as const;

/**
 * `waiting`: noticed, nothing touched yet. `stopping_services`, `stopping_servers`: in that order.
 * `stopped`: all of it is out of reach. `starting_servers`, `starting_services`: the key is back. `restored`,
 * `cancelled`: over.
 */
export type LockoutState = (typeof lockoutStates)[number];
