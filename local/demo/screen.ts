/**
 * The terminal, line by line, with one line at a time that is still being drawn. Without a terminal that line is not
 * drawn at all.
 * Does not: follow a change of the terminal's width.
 */
import { createPaint, isColoured, type Paint } from './paint.ts';

export interface Screen {
  /** In columns: 80, or less in a narrower terminal. */
  readonly width: number;
  /** Whether `draft` shows anything. */
  readonly isTerminal: boolean;
  readonly paint: Paint;
  line(text?: string): void;
  /** Draws a line that the next `line` or `draft` takes the place of. */
  draft(text: string): void;
}

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const widest = 80;
const narrowest = 60;
const clearLine = '\r\u001b[2K';

export function createScreen(output: Output, environment: NodeJS.ProcessEnv): Screen {
  const isTerminal = output.isTTY === true && environment.TERM !== 'dumb';
  let drafted = false;
  const clear = () => {
    if (drafted) output.write(clearLine);
    drafted = false;
  };
  return {
    width: Math.max(narrowest, Math.min(widest, output.columns || widest)),
    isTerminal,
    paint: createPaint(isColoured(isTerminal, environment)),
    line(text = '') {
      clear();
      output.write(`${text}\n`);
    },
    draft(text) {
      if (!isTerminal) return;
      clear();
      output.write(text);
      drafted = true;
    },
  };
}
