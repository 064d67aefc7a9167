/**
 * Where the flows of an execution stand. A flow is one line of states: the execution's own, or one iteration of an
 * inline Map. Flows form a tree; each entry of the journal moves one of them, and replaying the entries in order gives
 * the tree back.
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
  /** Retries made per retrier of the state. */
  readonly attempts: readonly number[];
  /** A retry is not made before. */
  readonly retryAt: number | null;
  /** A Wait ends then. */
  readonly waitUntil: number | null;
  readonly map: MapProgress | null;
}

/** A Map that has begun: what it runs over, and for DISTRIBUTED its run. */
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
  /** Set when the flow is done. */
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
  /** The state goes on. */
  readonly patch?: Partial<Cursor>;
  readonly assigned?: Variables;
  /** The flow is done. */
  readonly output?: Json;
  /** The execution is over. */
  readonly closing?: Closing;
}

export const newFlow = (lastEventId: number): FlowNode => ({
  cursor: null,
  variables: {},
  output: undefined,
  lastEventId,
  children: new Map(),
});

/** The flow at that position, made if it is not there. */
export function flowAt(root: FlowNode, path: FlowPath): FlowNode {
  let flow = root;
  for (const index of path) {
    const child = flow.children.get(index) ?? newFlow(flow.lastEventId);
    flow.children.set(index, child);
    flow = child;
  }
  return flow;
}

/** Moves the tree by one entry. Iterations live as long as the Map that they belong to. */
export function advance(root: FlowNode, entry: Entry): void {
  const flow = flowAt(root, entry.path);
  if (entry.enter) flow.cursor = entry.enter;
  else if (entry.patch && flow.cursor) flow.cursor = { ...flow.cursor, ...entry.patch };
  if (entry.assigned) flow.variables = { ...flow.variables, ...entry.assigned };
  if (entry.output !== undefined) flow.output = entry.output;
  flow.lastEventId = entry.events.at(-1)?.id ?? flow.lastEventId;
  if (!flow.cursor?.map) flow.children.clear();
}

/** Whether so many more events leave room for the one that ends the execution. */
export const fits = (eventCount: number, more: number): boolean => eventCount + more < eventLimit;
