/**
 * An append-only file of JSON lines. A line reaches the operating system before `append` returns, so a killed process
 * loses no acknowledged change. An unfinished last line was never acknowledged and is dropped.
 * Does not: survive a power failure, since lines are not flushed to the disk, or lock out a second process.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';

export interface Journal<Entry> {
  append(entry: Entry): void;
  close(): void;
}

/** Throws for a damaged line before the last, which only another program can have caused. */
export function readJournal<Entry>(path: string): Entry[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as Entry;
    } catch (cause) {
      throw new Error(`The journal ${path} is damaged at line ${index + 1}.`, { cause });
    }
  });
}

const lineOf = (entry: unknown) => `${JSON.stringify(entry)}\n`;

/** Replaces the file atomically by one with these entries, and opens it for more. */
export function startJournal<Entry>(path: string, entries: readonly Entry[]): Journal<Entry> {
  const draft = `${path}.draft`;
  const compacted = openSync(draft, 'w', 0o600);
  writeFileSync(compacted, entries.map(lineOf).join(''));
  fsyncSync(compacted);
  closeSync(compacted);
  renameSync(draft, path);

  const file = openSync(path, 'a', 0o600);
  return {
    append(entry) {
      const size = fstatSync(file).size;
      try {
        writeFileSync(file, lineOf(entry));
      } catch (error) {
        ftruncateSync(file, size);
        throw error;
      }
    },
    close: () => closeSync(file),
  };
}
