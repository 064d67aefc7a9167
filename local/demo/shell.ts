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

/** Settings of the AWS CLI and the Heroku CLI, which commands do not inherit from the caller. */
const inherited = /^(AWS_(?!CA_BUNDLE$)|HEROKU_)/;

/** A failed command, with its standard error. */
export class CommandFailure extends DemoFailure {
  readonly errorText: string;

  constructor(command: string, code: number | null, errorText: string) {
    super(`\`${command}\` ended with ${code}: ${errorText.trim()}`);
    this.errorText = errorText;
  }
}

/** Returns the command's standard output. Throws `CommandFailure`. */
export function runInShell(
  { settings, folder, signal }: Shell,
  command: string,
  variables: Record<string, string>,
): Promise<string> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
  const noFiles = {
    AWS_CONFIG_FILE: join(folder, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-credentials'),
  };
  const env = { ...own, ...noFiles, ...variables, DEMO_SETTINGS: settings };
  return new Promise((resolve, reject) => {
    // A group of its own: the signal ends the shell's child with it.
    const child = spawn('sh', ['-c', `. "$DEMO_SETTINGS"; ${command}`], { cwd: folder, env, detached: true });
    const endGroup = () => child.pid && process.kill(-child.pid, 'SIGTERM');
    signal.addEventListener('abort', endGroup, { once: true });
    let output = '';
    let errorText = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errorText += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', endGroup);
      if (code === 0) resolve(output);
      else reject(new CommandFailure(command, code, errorText));
    });
  });
}
