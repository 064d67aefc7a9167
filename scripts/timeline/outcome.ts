/** How the programs that verify something end: with a sentence, and an exit code that a script can go by. */

export interface Outcome {
  readonly code: 0 | 1 | 2;
  readonly text: string;
}

/** What can't be read is 2, with the reason. */
export function attempted(run: () => Outcome): Outcome {
  try {
    return run();
  } catch (error) {
    return { code: 2, text: error instanceof Error ? error.message : String(error) };
  }
}

export function endWith({ code, text }: Outcome): void {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exitCode = code;
}
