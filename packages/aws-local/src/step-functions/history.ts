/**
 * Events of an execution's history, as in `GetExecutionHistory`.
 * Source: Step Functions API reference, "HistoryEvent".
 */
import { errorAndCause } from './failure.ts';
import type { Json } from './json.ts';

/** An execution that would exceed it fails. Source: Step Functions guide, "service-quotas". */
export const eventLimit = 25_000;

/** An event without its number. `details` has the member that is named after the type. */
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

const notTruncated = { truncated: false };

/** A history contains payloads as JSON texts. */
const asText = (value: Json): string => JSON.stringify(value);

export const stateEntered = (type: string, name: string, input: Json): NewEvent => ({
  type: `${type}StateEntered`,
  details: { stateEnteredEventDetails: { name, input: asText(input), inputDetails: notTruncated } },
});

export function stateExited(
  type: string,
  exit: { name: string; output: Json; assigned: Readonly<Record<string, Json>> },
): NewEvent {
  const variables = Object.entries(exit.assigned).map(([name, value]) => [name, asText(value)]);
  const assigned = variables.length
    ? { assignedVariables: Object.fromEntries(variables), assignedVariablesDetails: notTruncated }
    : {};
  const details = { name: exit.name, output: asText(exit.output), outputDetails: notTruncated, ...assigned };
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

export const withInput = (input: Json) => ({ input: asText(input), inputDetails: notTruncated });
export const withOutput = (output: Json) => ({ output: asText(output), outputDetails: notTruncated });
