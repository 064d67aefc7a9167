/**
 * An independent emulator as a child process: started on loopback at a free port, awaited, and ended by its own process
 * id.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..', '..');

export interface Emulator {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** From the start of its process to its first successful response. */
  readonly readyMs: number;
  close(): Promise<void>;
}

/** Where an emulator's log goes, and whose account it is. */
interface Setting {
  readonly dir: string;
  readonly accountId: string;
}

/**
 * Functions are started with what `env` says, as of other services' endpoints. Without `AUTH` it lets every account do
 * everything.
 */
export const startMinistack = (
  { dir, accountId }: Setting,
  env: Readonly<Record<string, string>> = {},
): Promise<Emulator> =>
  startEmulator({
    tool: 'ministack',
    program: 'python',
    args: () => ['-m', 'ministack'],
    env: (port) => ({
      ...env,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_ACCOUNT_ID: accountId,
      LAMBDA_EXECUTOR: 'local',
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
    }),
    ready: '/_ministack/health',
    log: join(dir, 'ministack.log'),
  });

export const startMoto = ({ dir, accountId }: Setting): Promise<Emulator> =>
  startEmulator({
    tool: 'moto',
    program: 'moto_server',
    args: (port) => ['-H', '127.0.0.1', '-p', String(port)],
    env: () => ({ MOTO_ACCOUNT_ID: accountId }),
    ready: '/moto-api/',
    log: join(dir, 'moto.log'),
  });

interface Launch {
  /** What `scripts/python-tool.sh` installs. */
  readonly tool: 'ministack' | 'moto';
  readonly program: string;
  readonly args: (port: number) => readonly string[];
  readonly env: (port: number) => Readonly<Record<string, string>>;
  /** A path that succeeds once it listens. */
  readonly ready: string;
  readonly log: string;
}

/** Throws with what the tool's installation says, as that Python is missing. */
async function startEmulator({ tool, program, args, env, ready, log }: Launch): Promise<Emulator> {
  const { stdout } = await run(join(root, 'scripts', 'python-tool.sh'), [tool]);
  const port = await freePort();
  const begun = performance.now();
  // Nothing of the machine's own AWS settings gets in; functions run under the Node that runs this.
  const path = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
  const child = spawn(join(stdout.trim(), program), args(port), {
    // What it unpacks goes with its folder.
    env: { PATH: path, HOME: process.env.HOME ?? '/', TMPDIR: dirname(log), ...env(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = createWriteStream(log);
  child.stdout.pipe(output);
  child.stderr.pipe(output);
  const url = `http://127.0.0.1:${port}`;
  await untilResponding(child, `${url}${ready}`, log);
  return { url, port, pid: child.pid ?? 0, readyMs: performance.now() - begun, close: () => ended(child) };
}

async function untilResponding(child: ChildProcess, url: string, log: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && child.exitCode === null) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    await sleep(10);
  }
  child.kill('SIGKILL');
  throw new Error(`The emulator did not come up; ${log} says why.`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 5000);
  await exit;
  clearTimeout(patience);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
