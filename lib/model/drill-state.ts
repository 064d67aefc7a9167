/** The words of a drill's state, which drills, events and keys share. */

export const drillModes = ['simulated', 'real'] as const;
export type DrillMode = (typeof drillModes)[number];

/**
 * The stages of a drill, in their order. `forking`: the fork is provisioned. `catching_up`: it copies its leader.
 * `detaching`: it leaves its leader, and its data set is digested. `awaiting_disable` (real): the owner disables the
 * drill key. `locking_out`: the waiting period, then services and servers stop. `awaiting_enable` (real): the owner
 * enables the drill key. `restoring`: servers and services start. `comparing`: the data set is digested again.
 * `removing`: the fork is destroyed. `ended`: nothing of the drill is left but its report.
 */
export const drillStages = [
  'forking',
  'catching_up',
  'detaching',
  'awaiting_disable',
  'locking_out',
  'awaiting_enable',
  'restoring',
  'comparing',
  'removing',
  'ended',
] as const;
export type DrillStage = (typeof drillStages)[number];

export const drillOutcomes = ['passed', 'failed', 'aborted'] as const;
export type DrillOutcome = (typeof drillOutcomes)[number];

/** Why a drill did not pass. */
export const drillFailures = [
  'fork_failed',
  'never_caught_up',
  'leader_short_of_memory',
  'leader_silent',
  'leader_gone',
  'key_locked_out',
  'key_not_disabled',
  'key_not_enabled',
  'not_stopped',
  'not_restored',
  'data_differs',
  'digest_failed',
  'opened_while_disabled',
  'objective_missed',
  'aborted',
] as const;
export type DrillFailure = (typeof drillFailures)[number];

/** How often a schedule starts a drill. */
export const drillPeriods = ['month', 'quarter'] as const;
export type DrillPeriod = (typeof drillPeriods)[number];

/** What a key's row keeps of its last drill, for lists and for readiness. */
export interface LastDrill {
  readonly id: string;
  readonly mode: DrillMode;
  readonly outcome: DrillOutcome;
  readonly at: string;
}
