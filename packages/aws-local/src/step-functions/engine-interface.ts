/** The engine that runs executions of state machines. */
import type { Closing } from './cursor.ts';
import type { Execution } from './execution.ts';
import type { Host } from './flow.ts';
import type { NewEvent } from './history.ts';
import type { ExecutionRecord, Register } from './register.ts';
import type { Start } from './start.ts';

export interface Engine {
  readonly register: Register;
  readonly host: Omit<Host, 'mapRuns'>;
  /** The running executions. */
  readonly active: Map<string, Execution>;
  start(start: Start): ExecutionRecord;
  /** Ends the execution and its Map runs. No effect on an ended execution. */
  conclude(execution: Execution, closing: Omit<Closing, 'stopDate'>, events?: readonly NewEvent[]): void;
  /** The end of an execution, read from its journal. */
  closingOf(record: ExecutionRecord): Closing | undefined;
  resume(): void;
  /** Stops all work; the journals are unchanged. */
  close(): void;
}
