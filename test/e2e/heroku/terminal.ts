/** A terminal of a user of the Heroku CLI: commands run in the real CLI, and are printed with their output. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Running } from '#test/e2e/cloud.ts';
import { installCli, type Version } from './install.ts';

export interface TerminalOutput {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /**
   * Both outputs, with line breaks and the CLI's frames replaced by spaces, so that a sentence is found across lines.
   */
  readonly text: string;
}

export interface Terminal {
  /** Words as a shell would split them; `input` is typed. */
  run(words: readonly string[], more?: { readonly input?: string; readonly limitMs?: number }): Promise<TerminalOutput>;
  /** A line without quoting; throws when the command fails. */
  heroku(line: string, more?: { readonly input?: string }): Promise<TerminalOutput>;
  /** The same for a line that is expected to be refused. */
  refused(line: string): Promise<TerminalOutput>;
  close(): void;
}

/** `through`: the program that is called `heroku`, by default the CLI itself. */
export function aTerminal({ env }: Pick<Running, 'env'>, version: Version, through = 'heroku'): Terminal {
  const home = mkdtempSync(join(tmpdir(), 'latchkey-heroku-'));
  mkdirSync(join(home, '.cache', 'heroku'), { recursive: true });
  writeFileSync(join(home, '.cache', 'heroku', 'terms-of-service'), '');
  const PATH = [installCli(version), dirname(process.execPath), process.env.PATH].join(delimiter);
  const surroundings = { ...env, PATH, HOME: home, COLUMNS: '200' };
  const run: Terminal['run'] = async (words, { input = '', limitMs = 120_000 } = {}) => {
    const shown = await answered(through, words, { env: surroundings, input, limitMs });
    process.stdout.write(
      `\n$ heroku ${words.join(' ')}    # ${version}, exit ${shown.code}\n${shown.stdout}${shown.stderr}`,
    );
    return shown;
  };
  const expecting = async (line: string, good: boolean, more: { readonly input?: string }) => {
    const shown = await run(line.split(' '), more);
    if ((shown.code === 0) !== good)
      throw new Error(`heroku ${line} ended with ${shown.code}:\n${shown.stdout}${shown.stderr}`);
    return shown;
  };
  return {
    run,
    heroku: (line, more = {}) => expecting(line, true, more),
    refused: (line) => expecting(line, false, {}),
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}

interface Call {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input: string;
  readonly limitMs: number;
}

async function answered(
  program: string,
  words: readonly string[],
  { env, input, limitMs }: Call,
): Promise<TerminalOutput> {
  const child = spawn(program, words, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const parts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (parts.stdout += chunk));
  child.stderr.on('data', (chunk) => (parts.stderr += chunk));
  child.stdin.on('error', () => undefined).end(input);
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(limit);
  const stdout = stripVTControlCharacters(parts.stdout);
  const stderr = stripVTControlCharacters(parts.stderr);
  const text = `${stdout}\n${stderr}`.replaceAll(/\s*\n[ \t]*›?[ \t]*/g, ' ').replaceAll(/ +/g, ' ');
  return { code, stdout, stderr, text };
}
