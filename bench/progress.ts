/** How far a run is, on standard error: one line that changes on a terminal, else a line for each thing said. */

export interface Progress {
  say(line: string): void;
  /** Leaves the terminal's line empty. */
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
