/** What executions did, from their histories as Step Functions counts them; every child of a distributed Map has one of its own. */
import type { Engine, ExecutionRecord, HistoryEvent } from 'aws-local/step-functions';
import { readJournal } from 'aws-local/step-functions';

export interface Histories {
  readonly executions: number;
  /** Of the longest history. */
  readonly mostEvents: number;
  /** Of the largest payload, in bytes of UTF-8. */
  readonly mostBytes: number;
  /** When each state was entered, or tried again, in order; in milliseconds since the epoch. Each is charged. */
  readonly transitions: readonly number[];
}

/** The executions with these ARNs and all that they started. */
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

/** A task that is tried again is scheduled once more without being entered, and is charged like a transition. */
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

/** Of the one payload that an event has: an input or an output. */
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
