/**
 * Figures from the histories of executions, as Step Functions counts them. A child of a distributed Map has its own
 * history.
 */
import type { Engine, ExecutionRecord, HistoryEvent } from 'aws-local/step-functions';
import { readJournal } from 'aws-local/step-functions';

export interface Histories {
  readonly executions: number;
  /** Of the longest history. */
  readonly mostEvents: number;
  /** Of the largest payload, in bytes of UTF-8. */
  readonly mostBytes: number;
  /** The times of state transitions and retries in order, in milliseconds since the epoch. Each is charged. */
  readonly transitions: readonly number[];
}

/** The executions with these ARNs and their child executions. */
export function historiesOf(engine: Engine, arns: readonly string[]): Histories {
  const records = arns.flatMap((arn) => engine.register.execution(arn) ?? []);
  const children = records
    .flatMap(({ arn }) => engine.register.mapRunsOf(arn))
    .flatMap(({ arn }) => engine.register.executionsOf(arn));
  const histories = [...records, ...children].map((record) => eventsOf(engine, record));
  return {
    executions: histories.length,
    mostEvents: Math.max(0, ...histories.map(({ length }) => length)),
    mostBytes: Math.max(0, ...histories.flat().map(payloadBytes)),
    transitions: histories
      .flatMap(transitionsOf)
      .map((seconds) => seconds * 1000)
      .sort((a, b) => a - b),
  };
}

const eventsOf = ({ register }: Engine, record: ExecutionRecord): HistoryEvent[] =>
  readJournal(register.journalOf(record)).entries.flatMap(({ events }) => [...events]);

/** A retried task is scheduled again without a transition, and is charged like one. */
export function transitionsOf(events: readonly HistoryEvent[]): number[] {
  let entered = false;
  return events.flatMap(({ type, timestamp }) => {
    const isTry = type === 'LambdaFunctionScheduled';
    const counts = type.endsWith('StateEntered') || (isTry && !entered);
    if (type === 'TaskStateEntered') entered = true;
    else if (isTry) entered = false;
    return counts ? [timestamp] : [];
  });
}

/** The size of an event's payload: an input or an output. */
export function payloadBytes(event: HistoryEvent): number {
  const texts = Object.values(event).flatMap((member) => textsIn(member));
  return Math.max(0, ...texts.map((text) => Buffer.byteLength(text)));
}

function textsIn(member: unknown): string[] {
  const { input, output } = (typeof member === 'object' && member !== null ? member : {}) as {
    input?: unknown;
    output?: unknown;
  };
  return [input, output].filter((text) => typeof text === 'string');
}
