/**
 * Append-only files of JSON lines. A line reaches the operating system before `append` returns, so a killed process
 * loses none.
 * Does not: survive a power failure, since lines are not flushed to the disk; compact or lock its files.
 */
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';

export interface Journal {
  append(line: unknown): void;
  /** The lines, oldest first. Removes an unfinished last line from the file. */
  read(): unknown[];
  /** Empties the file. */
  reset(): void;
}

export function openJournal(path: string): Journal {
  return {
    append: (line) => appendFileSync(path, `${JSON.stringify(line)}\n`),
    reset: () => writeFileSync(path, ''),
    read: () => {
      if (!existsSync(path)) return [];
      const bytes = readFileSync(path);
      const whole = bytes.lastIndexOf(0x0a) + 1;
      if (whole < bytes.length) truncateSync(path, whole);
      const text = bytes.toString('utf8', 0, whole);
      return text ? JSON.parse(`[${text.trimEnd().replaceAll('\n', ',')}]`) : [];
    },
  };
}
