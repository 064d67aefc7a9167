/** How a state fails, by AWS's error names. Source: Step Functions guide, "concepts-error-handling". */
import { AwsError } from '../protocol.ts';

export const queryEvaluationError = 'States.QueryEvaluationError';
export const dataLimitExceeded = 'States.DataLimitExceeded';
export const runtimeError = 'States.Runtime';
export const timeoutError = 'States.Timeout';
export const thresholdExceeded = 'States.ExceedToleratedFailureThreshold';

/** A state's failure. An absent `error` or `cause` stays absent in what the execution reports. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  readonly error: string | undefined;
  readonly text: string | undefined;
  /** The field whose expression failed, as `Output/total`. */
  readonly location: string | undefined;
  /** True for a failure that the called function, not the interpreter, is to blame for. */
  readonly isOfTask: boolean;

  constructor(
    error: string | undefined,
    text: string | undefined,
    { location, isOfTask = false }: { location?: string; isOfTask?: boolean } = {},
  ) {
    super(`${error}: ${text}`);
    this.error = error;
    this.text = text;
    this.location = location;
    this.isOfTask = isOfTask;
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
 * `States.Runtime` is never handled; `States.DataLimitExceeded` only by its own name, save of an answer that was too
 * large, which AWS treats as any failure of the task; `States.TaskFailed` is all but a time-out.
 */
export function matches(
  errorEquals: readonly string[],
  { error, isOfTask }: Pick<StateFailure, 'error' | 'isOfTask'>,
): boolean {
  if (error === runtimeError) return false;
  if (error !== undefined && errorEquals.includes(error)) return true;
  if (error === dataLimitExceeded && !isOfTask) return false;
  return errorEquals.includes('States.ALL') || (errorEquals.includes('States.TaskFailed') && error !== timeoutError);
}

/** `error` and `cause` as the API names them; absent ones stay absent. */
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

/** What `$states.errorOutput` holds. A failure that gives no cause, as a time-out, has an empty one. */
export const errorOutput = ({ error, text = '' }: StateFailure) => ({
  ...(error === undefined ? {} : { Error: error }),
  Cause: text,
});

/** AWS's answer to a definition that it, or this interpreter, does not take. */
export const invalidDefinition = (problem: string, where: string) =>
  new AwsError(
    'InvalidDefinition',
    `Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: ${problem} at ${where}'`,
  );
