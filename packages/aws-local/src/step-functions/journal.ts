/**
 * Append-only files of JSON lines. A line is handed to the operating system before the call returns, so it outlives the
 * process.
 * Does not: flush to the disk itself (a power cut may lose the last lines), compact, or lock its files.
 */
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';

export interface Journal {
  append(line: unknown): void;
  /** The lines, oldest first; a torn last line is cut off the file. */
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
