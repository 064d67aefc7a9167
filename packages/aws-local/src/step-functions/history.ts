/**
 * Events of an execution's history, as `GetExecutionHistory` answers them.
 * Source: Step Functions API reference, "HistoryEvent".
 */
import { errorAndCause } from './failure.ts';
import type { Json } from './json.ts';

/** An execution fails rather than go beyond. Source: Step Functions guide, "service-quotas". */
export const eventLimit = 25_000;

/** An event without its number. `details` is the member that AWS names after the type. */
export interface NewEvent {
  readonly type: string;
  readonly details?: Readonly<Record<string, Json>>;
}

/** `timestamp` is in seconds since the epoch, as on the wire. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  readonly [member: string]: Json;
}

const shown = { truncated: false };

/** Payloads are JSON texts in a history. */
const asText = (value: Json): string => JSON.stringify(value);

export const stateEntered = (type: string, name: string, input: Json): NewEvent => ({
  type: `${type}StateEntered`,
  details: { stateEnteredEventDetails: { name, input: asText(input), inputDetails: shown } },
});

export function stateExited(
  type: string,
  exit: { name: string; output: Json; assigned: Readonly<Record<string, Json>> },
): NewEvent {
  const variables = Object.entries(exit.assigned).map(([name, value]) => [name, asText(value)]);
  const assigned = variables.length
    ? { assignedVariables: Object.fromEntries(variables), assignedVariablesDetails: shown }
    : {};
  const details = { name: exit.name, output: asText(exit.output), outputDetails: shown, ...assigned };
  return { type: `${type}StateExited`, details: { stateExitedEventDetails: details } };
}

/** An event whose details are an error and its cause. */
export const failed = (type: string, failure: { error: string | undefined; text: string | undefined }): NewEvent =>
  detailed(type, errorAndCause(failure));

export const detailed = (type: string, details: Readonly<Record<string, Json>>): NewEvent => ({
  type,
  details: { [memberOf(type)]: details },
});

const memberOf = (type: string) => `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;

export const withInput = (input: Json) => ({ input: asText(input), inputDetails: shown });
export const withOutput = (output: Json) => ({ output: asText(output), outputDetails: shown });
