/** The interfaces between states and the interpreter. */
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
  /** Every possible next state. */
  readonly targets: readonly string[];
  /** Every variable that the state may assign. */
  readonly assigns: readonly string[];
  readonly processor?: Processor;
  /** Throws `StateFailure` if the state fails. Called again after a restart. */
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

/** `next` is null at the end of the flow. */
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

/** The interpreter's interface for a running state. */
export interface Step {
  readonly name: string;
  readonly cursor: Cursor;
  readonly path: FlowPath;
  /** Aborted when the flow is stopped. */
  readonly signal: AbortSignal;
  /** The bindings of an expression; `extra` is merged into `$states` and its context. */
  bindings(extra?: { states?: Bindings; context?: Bindings }): Bindings;
  /** Adds an event to the next entry of the journal. */
  addEvent(event: NewEvent): void;
  /** Journals the added events and the changes of the cursor. Throws `Halted` if the flow was stopped. */
  record(patch?: Partial<Cursor>): void;
  /** Milliseconds of real time. */
  now(): number;
  /** The real time after milliseconds of the definition's time. */
  after(milliseconds: number): number;
  /** Sleeps until a real time. Throws `Halted` if the signal is aborted or the flow is stopped. */
  sleep(until: number, cancelled?: AbortSignal): Promise<void>;
  invoke(functionArn: string, payload: Json): Promise<unknown>;
  /** Runs or resumes one iteration of an inline Map. `select` returns its input. */
  iterate(iteration: Iteration): Promise<Json>;
  /** The ARN of a new run of a distributed Map. */
  newMapRun(label: string): string;
  /** Registers the run, if it is new, and returns its status. */
  openMapRun(run: MapRun): string;
  /** Starts the item's child execution, unless it exists, and waits for its end. */
  runChild(child: { run: MapRun; index: number; select: () => Promise<Json> }): Promise<ItemOutcome>;
  /** Ends the run and its running children. */
  closeMapRun(runArn: string, status: 'SUCCEEDED' | 'FAILED'): void;
}

export interface Iteration {
  readonly index: number;
  readonly item: Json;
  readonly processor: Processor;
  readonly signal: AbortSignal;
  readonly select: () => Promise<Json>;
}
