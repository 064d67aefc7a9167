/**
 * Keeps the terminal readable: functions and emulators write their lines to a log file, and only this program's own
 * words reach the terminal.
 * Does not: rotate the file. It is cut at a start when it has grown over 20 MB.
 */
import { Console } from 'node:console';
import { createWriteStream, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { useLogLines } from '#lib/log.ts';

const largest = 20 * 2 ** 20;

export interface Terminal {
  readonly logFile: string;
  say(text: string): void;
}

/** From here on `console` and the functions' log write to `<dir>/log/latchkey.log`. */
export function quietConsole(dir: string): Terminal {
  const folder = join(dir, 'log');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const logFile = join(folder, 'latchkey.log');
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > largest) rmSync(logFile);
  const file = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  globalThis.console = new Console({ stdout: file, stderr: file });
  useLogLines((line) => void file.write(`${line}\n`));
  // A terminal that was closed, or `| tee` that Ctrl-C ended as well, is no reason to stop before the databases are
  // saved.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return { logFile, say: (text) => void process.stdout.write(`${text}\n`) };
}
