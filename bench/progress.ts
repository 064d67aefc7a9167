/** The progress of a run on standard error: one changing line on a terminal, otherwise a line per message. */

export interface Progress {
  say(line: string): void;
  /** Clears the terminal's line. */
  end(): void;
}

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const startOfLine = '\r\u001b[2K';

export function progressOn(output: Output): Progress {
  if (!output.isTTY) return { say: (line) => void output.write(`${line}\n`), end: () => undefined };
  return {
    say: (line) => void output.write(startOfLine + line.slice(0, (output.columns ?? 80) - 1)),
    end: () => void output.write(startOfLine),
  };
}
