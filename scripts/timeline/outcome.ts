/** The result of a verification program: a sentence, and an exit code for scripts. */

export interface Outcome {
  readonly code: 0 | 1 | 2;
  readonly text: string;
}

/** Exit code 2, with the reason, for input that cannot be read. */
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
