/**
 * `make console`: opens the console of the running local cloud, signed in. Prints the link too, for another browser.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { signInLink } from '#local/sign-in-link.ts';

const dir = join(import.meta.dirname, '..', '.latchkey');

/** A variable of the file that a shell sources. */
function valueIn(file: string, name: string): string {
  return new RegExp(`^export ${name}='([^']*)'$`, 'm').exec(file)?.[1] ?? '';
}

async function linkOf(file: string): Promise<string> {
  const apiUrl = valueIn(file, 'LATCHKEY_URL');
  try {
    return await signInLink({ apiUrl, token: valueIn(file, 'LATCHKEY_ADMIN_TOKEN') });
  } catch (error) {
    throw new Error(`The local cloud at ${apiUrl} gave no sign-in link (${String(error)}). Is make start running?`);
  }
}

/** Browsers are opened by another program on each system; where there is none, the link is enough. */
function open(link: string): void {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(program, [link], { stdio: 'ignore', detached: true });
  child.on('error', () => console.log('No program opened it: paste the link into a browser.'));
  child.unref();
}

const file = join(dir, 'env');
if (existsSync(file)) {
  const link = await linkOf(readFileSync(file, 'utf8'));
  console.log(link);
  open(link);
} else {
  console.error('There is no local cloud yet. Start it in another terminal: make start');
  process.exitCode = 1;
}
