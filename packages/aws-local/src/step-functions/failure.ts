/** Failures of states, with AWS's error names. Source: Step Functions guide, "concepts-error-handling". */
import { AwsError } from '../protocol.ts';

export const queryEvaluationError = 'States.QueryEvaluationError';
export const dataLimitExceeded = 'States.DataLimitExceeded';
export const runtimeError = 'States.Runtime';
export const timeoutError = 'States.Timeout';
export const thresholdExceeded = 'States.ExceedToleratedFailureThreshold';

/** A state's failure. The execution does not report an absent `error` or `cause`. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  readonly error: string | undefined;
  readonly text: string | undefined;
  /** The field whose expression failed, as `Output/total`. */
  readonly location: string | undefined;
  /** True for a failure of the invoked function, not of the interpreter. */
  readonly isTaskFailure: boolean;

  constructor(
    error: string | undefined,
    text: string | undefined,
    { location, isTaskFailure = false }: { location?: string; isTaskFailure?: boolean } = {},
  ) {
    super(`${error}: ${text}`);
    this.error = error;
    this.text = text;
    this.location = location;
    this.isTaskFailure = isTaskFailure;
  }
}

/**
 * The flow was stopped from outside (StopExecution, a timeout, a failed sibling, `close`); nothing more may be
 * journalled.
 */
export class Halted extends Error {
  override readonly name = 'Halted';
}

/**
 * `States.Runtime` cannot be handled. `States.DataLimitExceeded` is handled by its own name only, except for a
 * function's response, which AWS treats as any failure of the task. `States.TaskFailed` matches all errors except a
 * timeout.
 */
export function matches(
  errorEquals: readonly string[],
  { error, isTaskFailure }: Pick<StateFailure, 'error' | 'isTaskFailure'>,
): boolean {
  if (error === runtimeError) return false;
  if (error !== undefined && errorEquals.includes(error)) return true;
  if (error === dataLimitExceeded && !isTaskFailure) return false;
  return errorEquals.includes('States.ALL') || (errorEquals.includes('States.TaskFailed') && error !== timeoutError);
}

/** `error` and `cause` as in the API, without absent ones. */
export const errorAndCause = ({
  error,
  text,
}: {
  readonly error: string | undefined;
  readonly text: string | undefined;
}) => ({
  ...(error === undefined ? {} : { error }),
  ...(text === undefined ? {} : { cause: text }),
});

/** The value of `$states.errorOutput`. A failure without a cause, such as a timeout, has an empty one. */
export const errorOutput = ({ error, text = '' }: StateFailure) => ({
  ...(error === undefined ? {} : { Error: error }),
  Cause: text,
});

/** AWS's error for an invalid definition, and for one that this interpreter does not support. */
export const invalidDefinition = (problem: string, where: string) =>
  new AwsError(
    'InvalidDefinition',
    `Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: ${problem} at ${where}'`,
  );
