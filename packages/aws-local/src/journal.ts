/**
 * A file of JSON lines that only grows: one line per change, handed to the operating system before the caller goes on, so that a killed
 * process loses nothing it has answered. A last line without its end was never answered, and is dropped.
 * Does not: survive a power cut (there's no fsync per line), or keep a second process out.
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

/** Throws for a damaged line that isn't the last: then the file was changed by something else. */
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

/** Replaces the file by one with just these entries, all or nothing, and opens it for more. */
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
