/** The Heroku CLI, where the machine has one: the settings' wrapper finds it, and bare flags get through. */
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runInShell, type Shell } from './shell.ts';
import type { Act } from './stage.ts';

export interface HerokuCli {
  /** What it writes. */
  command(text: string, variables?: Record<string, string>): Act<string>;
}

/** `null` without a CLI: the wrapper would install one from npm, which takes too long here. */
export const herokuCli = (shell: Shell): HerokuCli | null =>
  isInstalled()
    ? { command: (text, variables = {}) => ({ kind: 'command', text, run: () => runInShell(shell, text, variables) }) }
    : null;

const isInstalled = (): boolean => (process.env.PATH ?? '').split(delimiter).some((dir) => isCli(join(dir, 'heroku')));

/** Latchkey's wrapper is not a CLI. */
function isCli(file: string): boolean {
  try {
    return !readFileSync(file, 'utf8').split('\n', 2)[1]?.startsWith("# Latchkey's heroku:");
  } catch {
    return false;
  }
}
