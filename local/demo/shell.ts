/** Commands in a shell that has read the local cloud's settings: what is shown is what is run. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { DemoFailure } from './failure.ts';

export interface Shell {
  /** A file for `source`. */
  readonly settings: string;
  /** Where commands run, and find their files. */
  readonly folder: string;
  /** Ends the command that runs. */
  readonly signal: AbortSignal;
}

/** The tools' own settings of whoever started this stay out of it. */
const strangers = /^(AWS_(?!CA_BUNDLE$)|HEROKU_)/;

/** A command that failed, with what it complained of. */
export class CommandFailure extends DemoFailure {
  readonly complaint: string;

  constructor(command: string, code: number | null, complaint: string) {
    super(`\`${command}\` ended with ${code}: ${complaint.trim()}`);
    this.complaint = complaint;
  }
}

/** What it wrote. Throws `CommandFailure`. */
export function runInShell(
  { settings, folder, signal }: Shell,
  command: string,
  variables: Record<string, string>,
): Promise<string> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !strangers.test(name)));
  const nobodys = {
    AWS_CONFIG_FILE: join(folder, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-credentials'),
  };
  const env = { ...own, ...nobodys, ...variables, DEMO_SETTINGS: settings };
  return new Promise((resolve, reject) => {
    // A group of its own: the signal ends the shell's child with it.
    const child = spawn('sh', ['-c', `. "$DEMO_SETTINGS"; ${command}`], { cwd: folder, env, detached: true });
    const endGroup = () => child.pid && process.kill(-child.pid, 'SIGTERM');
    signal.addEventListener('abort', endGroup, { once: true });
    let output = '';
    let complaint = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (complaint += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', endGroup);
      if (code === 0) resolve(output);
      else reject(new CommandFailure(command, code, complaint));
    });
  });
}
