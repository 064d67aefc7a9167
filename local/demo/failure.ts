/** What ends the demo early. */

/** A step or a proof went wrong; the message says what was seen instead. */
export class DemoFailure extends Error {
  override readonly name = 'DemoFailure';
}

/** A signal interrupted the demo; `exitCode` is the one that a shell expects for it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('interrupted');
    this.exitCode = exitCode;
  }
}
