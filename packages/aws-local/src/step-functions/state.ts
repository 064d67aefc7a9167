/** What a state of a definition is to the interpreter, and what the interpreter is to a running state. */
import type { Cursor, FlowPath, MapProgress, Variables } from './cursor.ts';
import type { Bindings } from './expressions.ts';
import type { NewEvent } from './history.ts';
import type { Json } from './json.ts';
import type { Catcher, Retrier } from './transitions.ts';

export interface State {
  readonly name: string;
  readonly type: 'Task' | 'Choice' | 'Wait' | 'Map' | 'Pass' | 'Succeed' | 'Fail';
  readonly retriers: readonly Retrier[];
  readonly catchers: readonly Catcher[];
  /** Every state that it may lead to. */
  readonly targets: readonly string[];
  /** Every variable that it may assign. */
  readonly assigns: readonly string[];
  readonly processor?: Processor;
  /** Throws `StateFailure` when the state fails. Runs again from its start after a restart. */
  run(step: Step): Promise<Exit>;
}

export interface Flow {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/** The body of a Map. */
export interface Processor extends Flow {
  readonly mode: 'INLINE' | 'DISTRIBUTED';
  readonly label: string;
}

/** How a state is left; `next` is null at the end of the flow. */
export interface Exit {
  readonly next: string | null;
  readonly output: Json;
  readonly assigned: Variables;
}

export type ItemOutcome =
  | { readonly output: Json }
  | { readonly error: string | undefined; readonly text: string | undefined };

interface MapRun {
  readonly arn: string;
  readonly processor: Processor;
  readonly progress: MapProgress;
}

/** A state at work. */
export interface Step {
  readonly name: string;
  readonly cursor: Cursor;
  readonly path: FlowPath;
  /** Aborted when the flow is stopped from outside. */
  readonly signal: AbortSignal;
  /** What an expression of the state sees; `extra` is merged into `$states` and its context. */
  bindings(extra?: { states?: Bindings; context?: Bindings }): Bindings;
  /** Adds an event to the next entry of the journal. */
  note(event: NewEvent): void;
  /** Journals the noted events, and what changes in the cursor. Throws `Halted` when the flow is stopped. */
  record(patch?: Partial<Cursor>): void;
  /** Real milliseconds now, and the deadline of a wait that is so long for the definition. */
  now(): number;
  after(milliseconds: number): number;
  /** Sleeps until a real time, or until the signal is aborted. Throws `Halted` then, and when the flow is stopped. */
  sleep(until: number, cancelled?: AbortSignal): Promise<void>;
  invoke(functionArn: string, payload: Json): Promise<unknown>;
  /** Runs one iteration of an inline Map, or what is left of it. `select` makes its input. */
  iterate(iteration: Iteration): Promise<Json>;
  /** The ARN of a new run of a distributed Map. */
  newMapRun(label: string): string;
  /** Registers the run; answers the status that it ended with, if it did. */
  openMapRun(run: MapRun): string;
  /** Runs one child execution to its end, or waits for the one that is there. */
  runChild(child: { run: MapRun; index: number; select: () => Promise<Json> }): Promise<ItemOutcome>;
  /** Ends the run, and its children that still run. */
  closeMapRun(runArn: string, status: 'SUCCEEDED' | 'FAILED'): void;
}

export interface Iteration {
  readonly index: number;
  readonly item: Json;
  readonly processor: Processor;
  readonly signal: AbortSignal;
  readonly select: () => Promise<Json>;
}
