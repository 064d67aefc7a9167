/** What is to go wrong in the embedded cloud: a file of its state folder, which the program reads at its start and whenever it is told to. */

/** Before a state does its work, or after it and before anybody has noted what came of it. */
export type Moment = 'before' | 'after';

export type Rule =
  /** The process ends by SIGKILL, and says in which of the states. */
  | { readonly kind: 'kill'; readonly machine: string; readonly states: readonly string[]; readonly moment: Moment }
  /** The state fails for good, so many times. */
  | { readonly kind: 'fail'; readonly machine: string; readonly state: string; readonly times: number }
  /** Executions stay in the state, without doing its work, while the rule is there. */
  | { readonly kind: 'hold'; readonly machine: string; readonly state: string }
  | CallRule;

/** Requests to a service are refused, or done without an answer that says so. */
export interface CallRule {
  readonly kind: 'call';
  readonly service: string;
  /** Any, unless set. */
  readonly operations?: readonly string[];
  /** Whose requests; anybody's unless set. */
  readonly accountId?: string;
  readonly code: string;
  readonly status: number;
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Which of them: 3 is every third. All unless set. */
  readonly every?: number;
  /** The work is done, and its answer gets lost. */
  readonly afterwards?: boolean;
}

export interface Plan {
  readonly rules: readonly Rule[];
  /** How far the clock of the process is ahead, in milliseconds. */
  readonly clockMs: number;
}

export const planFile = 'faults.json';
export const noPlan: Plan = { rules: [], clockMs: 0 };

/** What the program says to whoever told it to read its plan. */
export interface Told {
  /** How often a rule has refused a call since the program's start. */
  readonly refused: number;
  /** Where executions are held. */
  readonly held: readonly string[];
}

/** What the program's last line says when it kills itself. */
export const killedIn = (state: string) => `killed in [${state}]`;
