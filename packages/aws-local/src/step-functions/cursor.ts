/**
 * The positions of an execution's flows. A flow is a sequence of states: the execution's own, or one iteration of an
 * inline Map. Flows form a tree. Each entry of the journal moves one of them; replaying the entries restores the tree.
 */
import { eventLimit, type HistoryEvent } from './history.ts';
import type { Json } from './json.ts';

/** Times are in milliseconds of real time since the epoch. */
export interface Cursor {
  readonly state: string;
  readonly input: Json;
  readonly enteredAt: number;
  /** Id of the state's `…StateEntered` event. */
  readonly enteredId: number;
  /** The number of retries per retrier of the state. */
  readonly attempts: readonly number[];
  /** The earliest time of the next retry. */
  readonly retryAt: number | null;
  /** The end of a Wait. */
  readonly waitUntil: number | null;
  readonly map: MapProgress | null;
}

/** A started Map. `runArn` is null for INLINE. */
export interface MapProgress {
  readonly items: readonly Json[];
  readonly concurrency: number;
  readonly runArn: string | null;
  readonly toleratedCount: number;
  readonly toleratedPercentage: number;
}

export type Variables = Readonly<Record<string, Json>>;

/** A position in the tree: the iteration's index in each nested Map. */
export type FlowPath = readonly number[];

export interface FlowNode {
  cursor: Cursor | null;
  variables: Variables;
  /** Set when the flow has ended. */
  output: Json | undefined;
  lastEventId: number;
  children: Map<number, FlowNode>;
}

export type ClosedStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Closing {
  readonly status: ClosedStatus;
  /** Milliseconds since the epoch. */
  readonly stopDate: number;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
}

/** One line of an execution's journal, after the first. */
export interface Entry {
  readonly path: FlowPath;
  readonly events: readonly HistoryEvent[];
  /** The flow enters a state. */
  readonly enter?: Cursor;
  /** Changes of the current cursor. */
  readonly patch?: Partial<Cursor>;
  readonly assigned?: Variables;
  /** The flow ends. */
  readonly output?: Json;
  /** The execution ends. */
  readonly closing?: Closing;
}

export const newFlow = (lastEventId: number): FlowNode => ({
  cursor: null,
  variables: {},
  output: undefined,
  lastEventId,
  children: new Map(),
});

/** The flow at that position, which is created if necessary. */
export function flowAt(root: FlowNode, path: FlowPath): FlowNode {
  let flow = root;
  for (const index of path) {
    const child = flow.children.get(index) ?? newFlow(flow.lastEventId);
    flow.children.set(index, child);
    flow = child;
  }
  return flow;
}

/** Applies one entry. Leaving a Map removes its iterations. */
export function advance(root: FlowNode, entry: Entry): void {
  const flow = flowAt(root, entry.path);
  if (entry.enter) flow.cursor = entry.enter;
  else if (entry.patch && flow.cursor) flow.cursor = { ...flow.cursor, ...entry.patch };
  if (entry.assigned) flow.variables = { ...flow.variables, ...entry.assigned };
  if (entry.output !== undefined) flow.output = entry.output;
  flow.lastEventId = entry.events.at(-1)?.id ?? flow.lastEventId;
  if (!flow.cursor?.map) flow.children.clear();
}

/** Whether the history has room for more events and the execution's last one. */
export const hasRoomFor = (eventCount: number, more: number): boolean => eventCount + more < eventLimit;
