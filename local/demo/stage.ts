/**
 * What a chapter plays on: it says, does, sees, measures and proves, and each of these looks the same in every chapter.
 */
import { DemoFailure } from './failure.ts';
import type { Wait } from './progress-bar.ts';
import type { Table } from './table.ts';

/** Something that can be done, and how a person would write it: a shell command, or a request by API or SDK. */
export interface Act<T> {
  readonly kind: 'command' | 'request';
  readonly text: string;
  run(): Promise<T>;
}

/** All of them throw once the demo is interrupted. */
export interface Stage {
  /** Opens a chapter. A step that fails afterwards is reported under its title. */
  chapter(title: string, opening: string): void;
  say(text: string): void;
  /** Shows an act, carries it out, and shows how long it took. */
  do<T>(act: Act<T>): Promise<T>;
  /** Shows a line of a response. */
  show(line: string): void;
  /**
   * Waits for an action of Latchkey; `describe` returns the lines to show. Shows the time since the last act began.
   */
  see<T>(expected: string, work: Promise<T>, describe?: (seen: T) => string): Promise<T>;
  /** Shows a bar until `work` is done. */
  watch<T>(wait: Wait, work: Promise<T>): Promise<T>;
  /** `evidence` returns what was found, line by line, or throws a `DemoFailure`. */
  prove(claim: string, evidence: () => Promise<string>): Promise<void>;
  table(table: Table): void;
  /** The chapter and the step, for the report of a failure. */
  whereabouts(): string;
}

/** Throws a `DemoFailure` unless it holds. */
export function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new DemoFailure(otherwise);
}
