/** An independent emulator as a child process: started on loopback at a free port, awaited, and ended by its own process id. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

export interface Emulator {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

interface Launch {
  /** What `scripts/deploy/python-tool.sh` installs. */
  readonly tool: 'ministack' | 'moto';
  readonly program: string;
  readonly args: (port: number) => readonly string[];
  readonly env: (port: number) => Readonly<Record<string, string>>;
  /** A path that answers once it listens. */
  readonly ready: string;
  readonly log: string;
}

/** Throws with what the tool's installation says, as that Python is missing. */
export async function startEmulator({ tool, program, args, env, ready, log }: Launch): Promise<Emulator> {
  const { stdout } = await run(join(root, 'scripts', 'deploy', 'python-tool.sh'), [tool]);
  const port = await freePort();
  // Nothing of the machine's own AWS settings gets in; functions run under the Node that runs this.
  const path = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
  const child = spawn(join(stdout.trim(), program), args(port), {
    env: { PATH: path, HOME: process.env.HOME ?? '/', ...env(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = createWriteStream(log);
  child.stdout.pipe(output);
  child.stderr.pipe(output);
  const url = `http://127.0.0.1:${port}`;
  await answering(child, `${url}${ready}`, log);
  return { url, port, close: () => ended(child) };
}

async function answering(child: ChildProcess, url: string, log: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await sleep(200);
  }
  child.kill('SIGKILL');
  throw new Error(`The emulator did not come up; ${log} says why.`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = sleep(5000).then(() => child.kill('SIGKILL'));
  await Promise.race([exit, patience]);
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
