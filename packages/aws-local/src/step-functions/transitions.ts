/** The fields for a state's exit, retries and catches. */
import type { Template } from './expressions.ts';

/** The fields that most states share. */
export interface ExitFields {
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

export interface Catcher extends ExitFields {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly assigns: readonly string[];
}
