/** How a state ends: its next state, and what it retries and catches. */
import type { Template } from './expressions.ts';

/** The fields that most states share. */
export interface Leaving {
  readonly next: string | null;
  readonly output: Template | undefined;
  readonly assign: Template | undefined;
}

/** Seconds, as in the definition. */
export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly interval: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelay: number;
  readonly fullJitter: boolean;
}

export interface Catcher extends Leaving {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly assigns: readonly string[];
}
