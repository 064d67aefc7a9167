/**
 * The planned faults of the local cloud: a file of its state folder, which the program reads at its start and on
 * request.
 */

/** Before a state does its work, or after it and before its result is recorded. */
export type Moment = 'before' | 'after';

export type Rule =
  /** The process ends by SIGKILL, and prints the state. */
  | { readonly kind: 'kill'; readonly machine: string; readonly states: readonly string[]; readonly moment: Moment }
  /** The state fails permanently, this many times. */
  | { readonly kind: 'fail'; readonly machine: string; readonly state: string; readonly times: number }
  /** Executions stay in the state, without doing its work, while the rule exists. */
  | { readonly kind: 'hold'; readonly machine: string; readonly state: string }
  | CallRule;

/** Requests to a service are refused, or executed without a response. */
export interface CallRule {
  readonly kind: 'call';
  readonly service: string;
  /** Any, by default. */
  readonly operations?: readonly string[];
  /** The caller; by default any. */
  readonly accountId?: string;
  readonly code: string;
  readonly status: number;
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Which of them: 3 is every third. By default all. */
  readonly every?: number;
  /** The work is done, and the response is lost. */
  readonly afterwards?: boolean;
}

export interface Plan {
  readonly rules: readonly Rule[];
  /** The offset of the process's clock, in milliseconds. */
  readonly clockMs: number;
}

export const planFile = 'faults.json';
export const noPlan: Plan = { rules: [], clockMs: 0 };

/** The program's response to a request to read its plan. */
export interface PlanResponse {
  /** How often a rule has refused a call since the program's start. */
  readonly refused: number;
  /** The states in which executions are held. */
  readonly held: readonly string[];
}

/** The program's last line when it kills itself. */
export const killedIn = (state: string) => `killed in [${state}]`;
