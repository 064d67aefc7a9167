/**
 * A running execution in memory, and its journal: a line with its input, then one line per transition of a flow.
 */
import type { ExecutionContext } from './context.ts';
import { advance, type Closing, type Entry, type FlowNode, flowAt, hasRoomFor, newFlow } from './cursor.ts';
import type { Definition } from './definition.ts';
import { Halted, runtimeError, StateFailure } from './failure.ts';
import { eventLimit, type HistoryEvent, type NewEvent } from './history.ts';
import type { Journal } from './journal.ts';
import type { Json } from './json.ts';
import type { ExecutionRecord } from './register.ts';
import type { Flow } from './state.ts';

export interface Execution {
  readonly record: ExecutionRecord;
  readonly definition: Definition;
  readonly flow: Flow;
  readonly context: ExecutionContext;
  /** The JSON text of the request. */
  readonly input: string;
  readonly journal: Journal;
  readonly root: FlowNode;
  readonly stopped: AbortController;
  /** Resolves when the execution ends. */
  readonly ended: PromiseWithResolvers<Closing>;
  eventCount: number;
  closing: Closing | undefined;
}

/** The first line of an execution's file. */
export interface Head {
  readonly input: string;
}

/** Restores the execution from its journal. */
export function loadExecution(
  parts: Pick<Execution, 'record' | 'definition' | 'flow' | 'context' | 'journal'>,
): Execution {
  const { head, entries } = readJournal(parts.journal);
  const execution: Execution = {
    ...parts,
    input: head.input,
    root: newFlow(0),
    stopped: new AbortController(),
    ended: Promise.withResolvers(),
    eventCount: 0,
    closing: undefined,
  };
  for (const entry of entries) replay(execution, entry);
  return execution;
}

export function readJournal(journal: Journal): { head: Head; entries: Entry[] } {
  const [head, ...entries] = journal.read() as [Head, ...Entry[]];
  return { head, entries };
}

function replay(execution: Execution, entry: Entry): void {
  advance(execution.root, entry);
  execution.eventCount = entry.events.at(-1)?.id ?? execution.eventCount;
  execution.closing = entry.closing ?? execution.closing;
}

export type Move = Omit<Entry, 'events'> & { readonly events: readonly NewEvent[] };

/**
 * Journals a transition, then applies it. Throws `Halted` if the execution has ended, and `States.Runtime` if its
 * history is full. There is always room for the event that ends the execution.
 */
export function append(execution: Execution, move: Move, at: number): void {
  if (execution.closing || execution.stopped.signal.aborted) throw new Halted();
  const room = eventLimit - execution.eventCount;
  if (!move.closing && !hasRoomFor(execution.eventCount, move.events.length)) throw historyFull();
  const events = move.closing
    ? [...move.events.slice(0, -1).slice(0, room - 1), ...move.events.slice(-1)]
    : move.events;
  const entry: Entry = { ...move, events: numbered(execution, { path: move.path, events, at }) };
  execution.journal.append(entry);
  replay(execution, entry);
}

/** As on AWS, the event of the first state has no predecessor. */
function numbered(
  execution: Execution,
  move: { path: Entry['path']; events: readonly NewEvent[]; at: number },
): HistoryEvent[] {
  let previous = flowAt(execution.root, move.path).lastEventId;
  return move.events.map(({ type, details }, index) => {
    const id = execution.eventCount + index + 1;
    const event: HistoryEvent = {
      id,
      previousEventId: id === 2 ? 0 : previous,
      timestamp: move.at / 1000,
      type,
      ...details,
    };
    previous = id;
    return event;
  });
}

const historyFull = () =>
  new StateFailure(runtimeError, `The execution reached the maximum number of history events (${eventLimit}).`);

export const inputOf = (execution: Execution): Json => JSON.parse(execution.input) as Json;
